import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoopback, readAddress, resolveLocation } from '../../../loadtest/lib/address.ts';

describe('readAddress()', () => {
  it.each([
    ['https://Img.Example.com/200x200/a.jpg', { scheme: 'https', host: 'img.example.com' }],
    ['http://127.0.0.1:8080', { scheme: 'http', host: '127.0.0.1:8080' }],
    ['http://[::1]:80/a', { scheme: 'http', host: '[::1]:80' }],
    ['https://img.example.com?key=a', { scheme: 'https', host: 'img.example.com' }],
    ['https://img.example.com@evil.example/a', undefined],
    ['https://img.example.com\\@evil.example/a', undefined],
    ['https:///a', undefined],
    ['ftp://img.example.com/', undefined],
    ['//img.example.com/', undefined],
    ['/200x200/a.jpg', undefined],
    ['', undefined],
  ])('reads %j', (url, expected) => expect(readAddress(url)).toEqual(expected));

  it('sees the same host as the URL standard', () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (url) => {
        const seen = readAddress(url);
        // The standard drops a default port; ours are compared as they are written.
        expect(seen?.host.replace(/:(?:80|443)$/, '')).toBe(new URL(url).host.replace(/:(?:80|443)$/, ''));
      }),
    );
  });
});

describe('resolveLocation()', () => {
  it.each([
    ['https://api.example.com/resize?key=a', 'https://api.example.com/resize?key=a'],
    ['/200x200/a.jpg', 'https://img.example.com:8443/200x200/a.jpg'],
    ['//evil.example/a', 'https://evil.example/a'],
  ])('leads %j to %j', (location, expected) => {
    expect(resolveLocation(location, 'https://img.example.com:8443/1/2?3')).toBe(expected);
  });
});

describe('isLoopback()', () => {
  it.each(['127.0.0.1', '127.0.0.1:8080', '127.9.9.9', 'localhost', 'localhost:3000', 'img.localhost:1', '[::1]:80'])(
    'takes %s for this machine',
    (host) => expect(isLoopback(host)).toBe(true),
  );
  it.each([
    'img.example.com',
    '10.0.0.1',
    '192.168.0.1',
    '0.0.0.0',
    '127.0.0.1.example.com',
    '127.0.0.256',
    'localhost.example.com',
    'notlocalhost',
    '',
  ])('does not take %j for this machine', (host) => expect(isLoopback(host)).toBe(false));
});
