import { describe, expect, it } from 'vitest';
import { askedKey, encodingAdvice, modesThatFit, oddKeys } from '../chain/smoke/encoding.ts';

const location = (written: string) => `https://api.example.com/resize?key=200x200/${written}`;
const inMode = (write: (key: string) => string) =>
  oddKeys.map((key) => ({
    path: `200x200/${key}`,
    written: askedKey(new URL(location(write(key)))),
  }));

describe('modesThatFit()', () => {
  it.each<[string, (key: string) => string]>([
    ['none', (key) => key],
    ['once', encodeURIComponent],
    ['form', (key) => encodeURIComponent(key).replaceAll('%20', '+')],
    ['twice', (key) => encodeURIComponent(encodeURIComponent(key))],
  ])('finds %s first, by ten odd keys', (mode, write) => expect(modesThatFit(inMode(write))[0]).toBe(mode));

  it('tells once from form by a plus that S3 leaves alone', () => {
    expect(modesThatFit(inMode((key) => encodeURIComponent(key).replaceAll('%2B', '+')))).not.toContain('form');
  });

  it('finds none in what no mode writes', () =>
    expect(modesThatFit(inMode((key) => btoa(encodeURIComponent(key))))).toEqual([]));
});

describe('encodingAdvice()', () => {
  it('says nothing when the set mode is seen', () => expect(encodingAdvice(['once'], 'once')).toBeUndefined());
  it('names the line to set when another is seen', () => {
    expect(encodingAdvice(['twice'], 'once')).toBe("set locationEncoding: 'twice' in src/config.ts and deploy");
  });
  it('asks for help when none is seen', () => expect(encodingAdvice([], 'once')).toContain('open an issue'));
});
