import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserCache, createBrowserCache } from '../../local/faults/browser-cache.ts';
import { config } from '../../src/config.ts';
import { browse, type View } from './browser.ts';
import { builtWith } from './built-with.ts';
import { type ChainUnderTest, type Stored, startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import { type Colour, coloured, colourOf } from './coloured-images.ts';
import type { Change } from './template-change.ts';

/** Everything that a view may find, in every combination. */
const dimensions = {
  original: ['there', 'gone', 'replaced'],
  derivative: ['absent', 'there', 'expired', 'of another original'],
  browser: ['new', 'here before'],
  edge: ['knows nothing', 'asked while it was missing', 'holds the image'],
  method: ['GET', 'HEAD'],
  accept: ['*/*', 'image/avif,image/webp,*/*'],
} as const;

type State = { readonly [Name in keyof typeof dimensions]: (typeof dimensions)[Name][number] };

const states: readonly State[] = Object.entries(dimensions).reduce<object[]>(
  (sofar, [name, values]) => sofar.flatMap((state) => values.map((value) => ({ ...state, [name]: value }))),
  [{}],
) as State[];

const nameOf = (state: State) =>
  Object.entries(state)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

const preset = '200x200';
/** The preset that the edge asks for. */
const servedTo = ({ accept }: State) => (accept === '*/*' ? preset : `${preset}.auto`);
const day = 86_400;
/** Red is the original that was uploaded first, blue the one that replaced it, green one from long ago. */
const current = ({ original }: State): Colour => (original === 'replaced' ? 'blue' : 'red');

/** The derivative of each colour, as the service makes it. */
async function derivativesOf(under: ChainUnderTest): Promise<Record<Colour, Stored>> {
  const made = async (colour: Colour) => {
    await under.putOriginal(`made/${colour}.jpg`, await coloured(colour));
    await browse(under.apiUrl(`key=${preset}/made/${colour}.jpg`));
    return under.readDerivative(`${preset}/made/${colour}.jpg`);
  };
  return { red: await made('red'), green: await made('green'), blue: await made('blue') };
}

/** Brings about the state for a key of its own, as it would come about, and views the image. */
async function viewIn(
  state: State,
  key: string,
  under: ChainUnderTest,
  made: Record<Colour, Stored>,
): Promise<{ view: View; colour: Colour | undefined }> {
  const url = under.url(preset, key);
  const derivative = `${servedTo(state)}/${key}`;
  const headers = { accept: state.accept };
  const put = (colour: Colour) => under.putDerivative({ ...made[colour], key: derivative });
  const remove = () => under.deleteDerivative(derivative);
  await under.putOriginal(key, await coloured('red'));

  const cache: BrowserCache = createBrowserCache(under.clock);
  if (state.browser === 'here before') {
    await browse(url, { cache, headers });
    // Its copy of the image is too old to be shown; its cached redirects follow their own rules.
    under.pass(config.cache.browserSeconds + 1);
  }
  if (state.derivative === 'expired') {
    await put('red');
    under.pass((config.cache.derivativeLifetimeDays + 2) * day);
    await under.chain.expire();
  }

  under.chain.edge.clear();
  if (state.edge === 'holds the image') await put('red');
  if (state.edge === 'asked while it was missing') await remove();
  if (state.edge !== 'knows nothing') await fetch(url, { redirect: 'manual', headers });

  if (state.derivative === 'there') await put(current(state));
  else if (state.derivative === 'of another original') await put('green');
  else await remove();
  if (state.original === 'gone') await under.deleteOriginal(key);
  if (state.original === 'replaced') await under.putOriginal(key, await coloured('blue'));

  const view = await browse(url, { cache, headers, method: state.method });
  return { view, colour: state.method === 'GET' ? await colourOf(view.body) : undefined };
}

interface Expected {
  readonly statuses: readonly number[];
  readonly colour: Colour | undefined;
}

/** Whether the edge sends the viewer to the API. */
const sendsToApi = ({ derivative, edge }: State, keepsRedirects: boolean) =>
  edge === 'holds the image'
    ? false
    : derivative === 'absent' || derivative === 'expired' || (keepsRedirects && edge === 'asked while it was missing');

/** The right end of a view, and the way there. */
function expectedIn(state: State, keepsRedirects: boolean): Expected {
  const { original, derivative, edge, method } = state;
  const shows = (colour: Colour) => (method === 'GET' ? colour : undefined);
  if (!sendsToApi(state, keepsRedirects)) {
    const held = edge === 'holds the image' ? 'red' : derivative === 'there' ? current(state) : 'green';
    return { statuses: [200], colour: shows(held) };
  }
  if (original === 'gone') return { statuses: [307, 404], colour: undefined };
  // It exists already: the image itself ends the view.
  if (derivative === 'there') return { statuses: [307, 200], colour: shows(current(state)) };
  const back = keepsRedirects ? [307, 200] : [200];
  return { statuses: [307, 301, ...back], colour: shows(current(state)) };
}

/** Every state that a view may find: each view ends within three redirects, in the right image or the right refusal. */

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
    expect(states).toHaveLength(3 * 4 * 2 * 3 * 2 * 2);
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
    expect(expected).toHaveLength(48);
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
