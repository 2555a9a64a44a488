/**
 * Facts of AWS that nothing public settles: the shipped chain is sound whichever way they are, with the setting that
 * fits. With a wrong one images may be missing, but no view ends in a loop.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Switches } from '../../local/chain/context.ts';
import { s3ServerName } from '../fixtures/s3.ts';
import { unsupportedKeys } from '../s3-servers/unsupported-keys.ts';
import { acceptedKeys } from '../unit/core/keys.ts';
import { browse } from './browser.ts';
import { type ChainUnderTest, startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import { coloured, colourOf } from './coloured-images.ts';
import { diagnosisOf, plainOddKeys } from './rows/broken.ts';

const modes = ['none', 'once', 'form', 'twice'] as const satisfies readonly Switches['locationEncoding'][];
/** Each mode of writing gets a preset of its own, so that all its views are cold. */
const presets = { none: '48x48', once: '100x100', form: '200x200', twice: '400x400' } as const;

const isUnsupported = unsupportedKeys(s3ServerName());
const keys = acceptedKeys.filter((key) => isUnsupported(key) === undefined);
const plainKeys = ['ann.jpg', 'profile/ann.jpg'];

/**
 * What no reading brings back when S3 writes the key as it is: a client cuts at `#` and at spaces on the right, and a
 * literal `%20` is the same as a space.
 */
const survivesRaw = (key: string) => !/#|%20| $/.test(key);

describe.each(modes)('with LOCATION_ENCODING %s', (reading) => {
  let under: ChainUnderTest;
  beforeAll(async () => {
    under = await startChainUnderTest({
      apiOn: 'own-host',
      change: ({ lambda }) => Object.assign(lambda.Environment.Variables, { LOCATION_ENCODING: reading }),
    });
    for (const key of keys) await under.putOriginal(key, await coloured('green'));
  }, startMilliseconds);
  afterAll(() => under?.stop());

  const view = async (writing: (typeof modes)[number], key: string) => {
    under.chain.setSwitch('locationEncoding', writing);
    const { outcome, hops, body } = await browse(under.url(presets[writing], key));
    under.pass(1);
    const statuses = hops.map(({ status }) => status);
    return { outcome, statuses, last: statuses.at(-1) ?? 0, colour: await colourOf(body) };
  };

  for (const writing of modes) {
    if (writing === reading) {
      it(`every key that can be told apart works where S3 writes ${writing}`, async () => {
        for (const key of keys.filter((one) => writing !== 'none' || survivesRaw(one))) {
          expect(await view(writing, key), key).toMatchObject({ statuses: [307, 301, 200], colour: 'green' });
        }
      });
      continue;
    }
    it(`plain keys work and no view loops where S3 writes ${writing}`, async () => {
      for (const key of plainKeys) {
        expect(await view(writing, key), key).toMatchObject({ statuses: [307, 301, 200], colour: 'green' });
      }
      for (const key of keys) {
        const { outcome, statuses, last, colour } = await view(writing, key);
        expect(outcome, key).toBe('shown');
        expect(statuses.length, key).toBeLessThanOrEqual(4);
        expect(last < 300 ? colour : last >= 400 && last < 500, `${key}: ${statuses}`).toBeTruthy();
      }
    });
  }
});

describe('the catalogue finds nothing', () => {
  const questions: readonly (readonly [name: keyof Switches, settings: readonly Partial<Switches>[]])[] = [
    ['missingKey', [{ missingKey: '404' }, { missingKey: '403' }]],
    ['queryInLocation', [{ queryInLocation: false }, { queryInLocation: true }]],
    ['redirectCaching', [{ redirectCaching: 'documented' }, { redirectCaching: 'legacy' }]],
    ['responseUri', [{ responseUri: 'rewritten' }, { responseUri: 'asked' }]],
    ['lambdaThrottled', [{ lambdaThrottled: '503' }, { lambdaThrottled: '500' }]],
  ];
  for (const [name, settings] of questions) {
    for (const switches of settings) {
      it(`in the shipped template with ${name} ${switches[name]}`, async () => {
        expect(await diagnosisOf({ switches })).toEqual({});
      });
    }
  }

  for (const mode of modes) {
    it(`with locationEncoding ${mode} and the setting that fits`, async () => {
      const found = await diagnosisOf({
        apiOn: 'own-host',
        switches: { locationEncoding: mode },
        change: ({ lambda }) => Object.assign(lambda.Environment.Variables, { LOCATION_ENCODING: mode }),
        oddKeys: plainOddKeys,
      });
      expect(found).toEqual({});
    });
  }
});
