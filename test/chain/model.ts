import { type BrowserCache, createBrowserCache } from '../../local/faults/browser-cache.ts';
import { config } from '../../src/config.ts';
import { browse, type View } from './browser.ts';
import type { ChainUnderTest, Stored } from './chain-under-test.ts';
import { type Colour, coloured, colourOf } from './coloured-images.ts';

/** Everything that a view may find, in every combination. */
const dimensions = {
  original: ['there', 'gone', 'replaced'],
  derivative: ['absent', 'there', 'expired', 'of another original'],
  browser: ['new', 'here before'],
  edge: ['knows nothing', 'asked while it was missing', 'holds the image'],
  method: ['GET', 'HEAD'],
} as const;

export type State = { readonly [Name in keyof typeof dimensions]: (typeof dimensions)[Name][number] };

export const states: readonly State[] = Object.entries(dimensions).reduce<object[]>(
  (sofar, [name, values]) => sofar.flatMap((state) => values.map((value) => ({ ...state, [name]: value }))),
  [{}],
) as State[];

export const nameOf = (state: State) =>
  Object.entries(state)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

const preset = '200x200';
const day = 86_400;
/** Red is the original that was uploaded first, blue the one that replaced it, green one from long ago. */
const current = ({ original }: State): Colour => (original === 'replaced' ? 'blue' : 'red');

/** The derivative of each colour, as the service makes it. */
export async function derivativesOf(under: ChainUnderTest): Promise<Record<Colour, Stored>> {
  const made = async (colour: Colour) => {
    await under.putOriginal(`made/${colour}.jpg`, await coloured(colour));
    await browse(under.apiUrl(`key=${preset}/made/${colour}.jpg`));
    return under.readDerivative(`${preset}/made/${colour}.jpg`);
  };
  return { red: await made('red'), green: await made('green'), blue: await made('blue') };
}

/** Brings about the state for a key of its own, as it would come about, and views the image. */
export async function viewIn(
  state: State,
  key: string,
  under: ChainUnderTest,
  made: Record<Colour, Stored>,
): Promise<{ view: View; colour: Colour | undefined }> {
  const url = under.url(preset, key);
  const put = (colour: Colour) => under.putDerivative({ ...made[colour], key: `${preset}/${key}` });
  const remove = () => under.deleteDerivative(`${preset}/${key}`);
  await under.putOriginal(key, await coloured('red'));

  const cache: BrowserCache = createBrowserCache(under.clock);
  if (state.browser === 'here before') {
    await browse(url, { cache });
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
  if (state.edge !== 'knows nothing') await fetch(url, { redirect: 'manual' });

  if (state.derivative === 'there') await put(current(state));
  else if (state.derivative === 'of another original') await put('green');
  else await remove();
  if (state.original === 'gone') await under.deleteOriginal(key);
  if (state.original === 'replaced') await under.putOriginal(key, await coloured('blue'));

  const view = await browse(url, { cache, method: state.method });
  return { view, colour: state.method === 'GET' ? await colourOf(view.body) : undefined };
}

export interface Expected {
  readonly statuses: readonly number[];
  readonly colour: Colour | undefined;
}

/** Whether the edge sends the viewer to the API. */
export const sendsToApi = ({ derivative, edge }: State, keepsRedirects: boolean) =>
  edge === 'holds the image'
    ? false
    : derivative === 'absent' || derivative === 'expired' || (keepsRedirects && edge === 'asked while it was missing');

/** The right end of a view, and the way there. */
export function expectedIn(state: State, keepsRedirects: boolean): Expected {
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
