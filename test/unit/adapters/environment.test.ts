import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../src/adapters/environment.ts';

const complete = {
  ORIGINALS_BUCKET: 'originals',
  DERIVATIVES_BUCKET: 'derivatives',
  IMAGE_BASE_URL: 'https://img.example.com',
  STAGE: 'staging',
  LOCATION_ENCODING: 'once',
};

describe('readEnvironment()', () => {
  it('reads the addresses of the chain', () => {
    expect(readEnvironment(complete)).toMatchObject({
      originalsBucket: 'originals',
      originalsRegion: undefined,
      derivativesBucket: 'derivatives',
      imageBaseUrl: 'https://img.example.com',
      stage: 'staging',
      locationEncoding: 'once',
    });
  });

  it('names every variable that is missing, at once', () => {
    for (const name of Object.keys(complete)) expect(() => readEnvironment({})).toThrow(`${name}: "" given, expected`);
  });

  it.each([
    ['IMAGE_BASE_URL', 'https://img.example.com/'],
    ['IMAGE_BASE_URL', 'img.example.com'],
    ['LOCATION_ENCODING', 'base64'],
  ])('refuses %s = %j', (name, value) => {
    expect(() => readEnvironment({ ...complete, [name]: value })).toThrow(`${name}: ${JSON.stringify(value)} given`);
  });
});
