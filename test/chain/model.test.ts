/** Every state that a view may find: each view ends within three redirects, in the right image or the right refusal. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { config } from '../../src/config.ts';
import { browse } from './browser.ts';
import { builtWith } from './built-with.ts';
import { type ChainUnderTest, startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import { coloured, colourOf } from './coloured-images.ts';
import { derivativesOf, expectedIn, nameOf, type State, sendsToApi, states, viewIn } from './model.ts';
import type { Change } from './template-change.ts';

const keptForADay: Change = ({ cache }) => Object.assign(cache, { DefaultTTL: 86_400 });
const legacy = { redirectCaching: 'legacy' } as const;

/** Views every state, and returns the names of those for which `isSo`. */
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
    // Within the throttle of the API.
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

  it('is sent as a smaller WebP when the edge has kept the redirect', async () => {
    const under = await startChainUnderTest({ change: keptForADay, switches: legacy });
    const view = await browse(await large(under));
    await under.stop();
    expect(view.hops.map(({ status }) => status)).toEqual([307, 200]);
    expect(view.hops.at(-1)?.headers.get('content-type')).toBe('image/webp');
    expect(view.body.length).toBeLessThanOrEqual(config.limits.maxReplyBytes);
    expect(await colourOf(view.body)).toBe('red');
  });

  it('comes from the edge whole in the shipped chain, and as a smaller WebP from the API', async () => {
    const under = await startChainUnderTest();
    const url = await large(under);
    const direct = await browse(url);
    const called = await browse(under.apiUrl('key=200x200/large.jpg'));
    await under.stop();
    expect(direct.hops.map(({ status }) => status)).toEqual([200]);
    expect(direct.body).toHaveLength(config.limits.maxReplyBytes + 1);
    expect(called.hops.map(({ status }) => status)).toEqual([200]);
    expect(await colourOf(called.body)).toBe('red');
  });
});
