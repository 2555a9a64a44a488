/** Every state that a view may find: each ends within three redirects, in the right image or the right refusal. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { config } from '../../src/config.ts';
import { browse } from './browser.ts';
import { builtWith } from './built-with.ts';
import { type ChainUnderTest, startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import { coloured } from './coloured-images.ts';
import { derivativesOf, expectedIn, nameOf, type State, sendsToApi, states, viewIn } from './model.ts';
import type { Change } from './template-change.ts';

const keptForADay: Change = ({ cache }) => Object.assign(cache, { DefaultTTL: 86_400 });
const legacy = { redirectCaching: 'legacy' } as const;

/** Views every state, and gives those of them of which it is so. */
async function statesWhere(
  under: ChainUnderTest,
  isSo: (state: State, seen: Awaited<ReturnType<typeof viewIn>>) => boolean,
): Promise<string[]> {
  const made = await derivativesOf(under);
  const found: string[] = [];
  for (const [index, state] of states.entries()) {
    const seen = await viewIn(state, `state-${index}.jpg`, under, made);
    const statuses = seen.view.hops.map(({ status }) => status);
    if (isSo(state, seen)) found.push(`${nameOf(state)}: ${statuses} ${seen.colour ?? ''}`);
    // The API lets 50 requests a second through.
    under.pass(1);
  }
  return found;
}

const isWrong =
  (keepsRedirects: boolean) =>
  (state: State, { view, colour }: Awaited<ReturnType<typeof viewIn>>) => {
    const expected = expectedIn(state, keepsRedirects);
    const statuses = view.hops.map(({ status }) => status);
    return statuses.length > 4 || String(statuses) !== String(expected.statuses) || colour !== expected.colour;
  };

describe(`in each of ${states.length} states`, () => {
  let under: ChainUnderTest;
  afterAll(() => under?.stop());

  it('the shipped chain ends a view where it should', { timeout: startMilliseconds }, async () => {
    under = await startChainUnderTest();
    expect(states).toHaveLength(3 * 4 * 2 * 3 * 2);
    expect(await statesWhere(under, isWrong(false))).toEqual([]);
  });
});

describe(`in each of ${states.length} states, with the redirect kept at the edge for a day`, () => {
  let under: ChainUnderTest;
  beforeAll(async () => {
    under = await startChainUnderTest({ change: keptForADay, switches: legacy });
  }, startMilliseconds);
  afterAll(() => under?.stop());

  it('a view ends where it should, within three redirects', { timeout: startMilliseconds }, async () => {
    expect(await statesWhere(under, isWrong(true))).toEqual([]);
  });
});

describe(`in each of ${states.length} states, with a bare 301 of the API`, () => {
  let under: ChainUnderTest;
  beforeAll(async () => {
    const mistake = { file: 'core/reply.ts', from: "location, 'Cache-Control': 'no-store' }", to: 'location }' };
    under = await startChainUnderTest({ codeDirectory: await builtWith(mistake) });
  }, startMilliseconds);
  afterAll(() => under?.stop());

  it('only a returning viewer loops, wherever the edge redirects to the API', {
    timeout: startMilliseconds,
  }, async () => {
    const loops = await statesWhere(under, (_, { view }) => view.outcome === 'too many redirects');
    const expected = states.filter((state) => state.browser === 'here before' && sendsToApi(state, false));
    expect(loops.map((one) => one.replace(/: 307.*$/s, ''))).toEqual(expected.map(nameOf));
    expect(expected).toHaveLength(24);
  });
});

describe('a derivative that is too large for a reply of the API', () => {
  const large = async (under: ChainUnderTest) => {
    const { red } = await derivativesOf(under);
    await under.putOriginal('large.jpg', await coloured('red'));
    await fetch(under.url('200x200', 'large.jpg'), { redirect: 'manual' });
    const bytes = Buffer.alloc(config.limits.maxReplyBytes + 1);
    await under.putDerivative({ ...red, key: '200x200/large.jpg', bytes });
    return under.url('200x200', 'large.jpg');
  };

  it('is the one case in which a redirect that the edge keeps still loops', async () => {
    const under = await startChainUnderTest({ change: keptForADay, switches: legacy });
    const { outcome, hops } = await browse(await large(under));
    await under.stop();
    expect(outcome).toBe('too many redirects');
    expect(hops.slice(0, 4).map(({ status }) => status)).toEqual([307, 301, 307, 301]);
  });

  it('comes from the edge in the shipped chain, whatever redirects the viewer', async () => {
    const under = await startChainUnderTest();
    const url = await large(under);
    const direct = await browse(url);
    const called = await browse(under.apiUrl('key=200x200/large.jpg'));
    await under.stop();
    expect(direct.hops.map(({ status }) => status)).toEqual([200]);
    expect(called.hops.map(({ status }) => status)).toEqual([301, 200]);
    expect(called.body).toHaveLength(config.limits.maxReplyBytes + 1);
  });
});
