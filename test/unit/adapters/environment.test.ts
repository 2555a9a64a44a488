import { describe, expect, it } from 'vitest';
import { readCanaryEnvironment, readResizeEnvironment } from '../../../src/adapters/environment.ts';

const shared = { ORIGINALS_BUCKET: 'originals', DERIVATIVES_BUCKET: 'derivatives', STAGE: 'staging' };
const ownHost = { ...shared, IMAGE_BASE_URL: 'https://img.example.com', LOCATION_ENCODING: 'once' };
const [one, two] = ['1', '2'].map((digit) => digit.repeat(48));

describe('readResizeEnvironment()', () => {
  it('reads the addresses of an API on its own host, which is open', () => {
    expect(readResizeEnvironment(ownHost)).toMatchObject({
      originalsBucket: 'originals',
      originalsRegion: undefined,
      derivativesBucket: 'derivatives',
      imageBaseUrl: 'https://img.example.com',
      stage: 'staging',
      locationEncoding: 'once',
      originSecrets: undefined,
    });
  });

  it('needs no host of images where it is on theirs, and reads keys as S3 reads paths', () => {
    expect(readResizeEnvironment({ ...shared, ORIGIN_SECRETS: `${two},${one}` })).toMatchObject({
      originSecrets: [two, one],
      imageBaseUrl: '',
      locationEncoding: 'form',
    });
  });

  it('names every variable that is missing, at once', () => {
    for (const name of Object.keys(ownHost)) {
      expect(() => readResizeEnvironment({})).toThrow(`${name}: "" given, expected`);
    }
  });

  it.each([
    ['IMAGE_BASE_URL', 'https://img.example.com/'],
    ['IMAGE_BASE_URL', 'img.example.com'],
    ['LOCATION_ENCODING', 'base64'],
  ])('refuses %s = %j', (name, value) => {
    expect(() => readResizeEnvironment({ ...ownHost, [name]: value })).toThrow(
      `${name}: ${JSON.stringify(value)} given`,
    );
  });

  it.each(['{{resolve:secretsmanager:x}}', `${one},`, 'short'])(
    'refuses the secrets %j without showing them',
    (value) => {
      const read = () => readResizeEnvironment({ ...shared, ORIGIN_SECRETS: value });
      expect(read).toThrow(`ORIGIN_SECRETS: ${value.length} characters given`);
      expect(read).not.toThrow(value);
    },
  );
});

describe('readCanaryEnvironment()', () => {
  it('reads where images are, and where its own are kept', () => {
    const variables = { ...shared, IMAGE_BASE_URL: 'https://img.example.com', CANARY_PREFIX: 'loadtest/canary/' };
    expect(readCanaryEnvironment(variables)).toMatchObject({
      imageBaseUrl: 'https://img.example.com',
      prefix: 'loadtest/canary/',
    });
    expect(() => readCanaryEnvironment({ ...variables, CANARY_PREFIX: 'canary' })).toThrow('CANARY_PREFIX');
  });
});
