import { request } from 'node:http';
import { createBrowserCache } from '../../../local/faults/browser-cache.ts';
import { config } from '../../../src/config.ts';
import { type BrowseOptions, browse, type View } from '../browser.ts';
import type { ChainUnderTest, Stored } from '../chain-under-test.ts';
import { type Colour, coloured, colourOf } from '../coloured-images.ts';
import { type Trace, traced } from '../trace.ts';

/** One view, what went on inside for it, and what it ended in. */
export interface Seen extends Trace {
  readonly view: View;
  readonly statuses: readonly number[];
  /** Of the image at the end; absent where there is none. */
  readonly colour?: Colour;
}

/** Everything that one round through a chain shows. Each row of the catalogue looks at its own part of it. */
export type Visit = Awaited<ReturnType<typeof visit>>;

const preset = '200x200';
/** Long enough for a MinTTL by mistake to be over, short against every time to live that is meant. */
const aWhile = 10;
/** Viewers who come at once. */
const crowdSize = 6;

export interface VisitOptions {
  readonly oddKeys: readonly string[];
  /** How long S3 takes to store what the crowd waits for, in real time. */
  readonly slowPutMilliseconds: number;
}

/** Visits a chain once: as viewers, as a direct caller of the API and the website, and as the owner who deletes. */
export async function visit(under: ChainUnderTest, { oddKeys, slowPutMilliseconds }: VisitOptions) {
  const { chain, url, apiUrl, pass, putOriginal } = under;
  const see = async (address: string, options: BrowseOptions = {}): Promise<Seen> => {
    const { result: view, ...trace } = await traced(chain, () => browse(address, { fetch: loopbackOnly, ...options }));
    const colour = await colourOf(view.body);
    return { view, statuses: view.hops.map(({ status }) => status), ...trace, ...(colour && { colour }) };
  };
  const upload = async (name: string, colour: Colour = 'red') => {
    await putOriginal(`visit/${name}`, await coloured(colour));
    return url(preset, `visit/${name}`);
  };

  // The first viewer, and those after him.
  const first = await upload('first.jpg');
  const cold = await see(first);
  const again = await see(first);
  pass(aWhile);
  const later = await see(first);
  chain.edge.clear();
  const refetched = await see(first);
  const webp = await see(url(`${preset}.webp`, 'visit/first.jpg'));
  const head = await see(await upload('head.jpg'), { method: 'HEAD' });
  const query = await see(`${await upload('query.jpg')}?v=2`);
  const odd: { key: string; seen: Seen }[] = [];
  for (const key of oddKeys) odd.push({ key: `visit/${key}`, seen: await see(await upload(key)) });
  pass(aWhile);

  // Two images at the same moment, and one image for two kinds of browser.
  const [blue, green] = [await upload('blue.jpg', 'blue'), await upload('green.jpg', 'green')];
  const pair = { blue: await see(blue), green: await see(green) };
  const accepting = await upload('accept.jpg');
  const byAccept = {
    modern: await see(accepting, { headers: { accept: 'image/avif,image/webp,*/*' } }),
    old: await see(accepting, { headers: { accept: 'image/jpeg' } }),
  };
  pass(aWhile);

  // What is not there, and comes later.
  const memory = createBrowserCache(under.clock);
  const lateUrl = url(preset, 'visit/late.jpg');
  const missing = await see(lateUrl, { cache: memory });
  await upload('late.jpg');
  pass(config.cache.refusalSeconds + 1);
  const appeared = await see(lateUrl, { cache: memory });
  const unlisted = await see(url('999x999', 'visit/first.jpg'));

  // A store that fails, and a crowd before a slow one.
  const failing = await upload('failing.jpg');
  const heal = chain.faults.add({ operation: 'PutObject', effect: { error: { status: 403, code: 'AccessDenied' } } });
  const notStored = await see(failing);
  heal();
  pass(aWhile);
  const warmUp = chain.faults.add({ operation: 'GetObject', effect: { delayMilliseconds: 100 } });
  await Promise.all(['one', 'two'].map((name) => browse(apiUrl(`key=${preset}/visit/no-${name}.jpg`))));
  warmUp();
  const crowded = await upload('crowd.jpg');
  const quicken = chain.faults.add({
    operation: 'PutObject',
    effect: { delayMilliseconds: slowPutMilliseconds },
  });
  const { result: crowd, ...crowdTrace } = await traced(chain, () =>
    Promise.all(Array.from({ length: crowdSize }, () => browse(crowded, { fetch: loopbackOnly }))),
  );
  quicken();
  pass(aWhile);

  // Direct callers who do not come by the front entryPoint, or not by a right path.
  const { status, headers } = await fetch(`${chain.website.address}/${preset}/visit/first.jpg`, { redirect: 'manual' });
  const withoutSecret = { status, location: headers.get('location') };
  const commaKey = `visit/one.jpg,${preset}/visit/two.jpg`;
  await putOriginal(commaKey, await coloured('green'));
  const doubled = await see(apiUrl(`key=${preset}/visit/one.jpg&key=${preset}/visit/two.jpg`));
  const dotted = await see(apiUrl(`key=${preset}/visit/x/%2E%2E/first.jpg`));
  const tricks: { path: string; status: number; trace: Trace }[] = [];
  for (const path of trickyPaths) {
    const { result, ...trace } = await traced(chain, () => rawStatus(chain.edge.address, path));
    tricks.push({ path, status: result, trace });
  }
  pass(aWhile);

  // The owner deletes an image, and clears the edge of its address.
  const doomed = await upload('doomed.jpg');
  await see(doomed);
  const beforeDeletion = await see(`${doomed}?v=2`);
  pass(aWhile);
  await under.deleteOriginal('visit/doomed.jpg');
  for (const made of [preset, `${preset}.webp`]) {
    await under.deleteDerivative(`${made}/visit/doomed.jpg`);
    chain.edge.invalidate([`/${made}/visit/doomed.jpg`]);
  }
  const deleted = [await see(doomed), await see(`${doomed}?v=2`)];

  const stored: (Stored & { readonly colour: Colour | undefined })[] = [];
  for (const key of await under.derivativeKeys()) {
    const derivative = await under.readDerivative(key);
    stored.push({ ...derivative, colour: await colourOf(derivative.bytes) });
  }

  // A browser that remembers comes back when the derivative has expired everywhere.
  const remembered = createBrowserCache(under.clock);
  const returning = await upload('returning.jpg');
  await see(returning, { cache: remembered });
  pass((config.cache.derivativeLifetimeDays + 2) * 24 * 60 * 60);
  await chain.expire();
  const returned = await see(returning, { cache: remembered });

  return {
    // `home` is where a path in the API's Location leads.
    hosts: { edge: chain.edge.host, home: chain.target.apiOwnUrl ? chain.edge.host : chain.api.host },
    refusalControl: chain.target.apiOwnUrl ? 'no-store' : `max-age=${config.cache.refusalSeconds}`,
    derivativesBucket: chain.s3.derivatives,
    ...{ cold, again, later, refetched, webp, head, query, odd, pair, byAccept },
    ...{ missing, appeared, unlisted, notStored, crowd: { views: crowd, ...crowdTrace } },
    ...{ withoutSecret, doubled, dotted, tricks, beforeDeletion, deleted, stored, returned },
  };
}

/** Each would be the first image if somebody tidied it up. */
const trickyPaths = [
  `//${preset}/visit/first.jpg`,
  `/./${preset}/visit/first.jpg`,
  `/x/../${preset}/visit/first.jpg`,
  `/%2e/${preset}/visit/first.jpg`,
  `/${preset}//visit/first.jpg`,
  `/${preset}/visit/x/../first.jpg`,
  `/${preset}/visit/x/%2e%2e/first.jpg`,
  `/0${preset}/visit/first.jpg`,
  `/${preset.toUpperCase()}/visit/first.jpg`,
];

/** A redirect to a host that is not of the chain ends there: nothing leaves this machine. */
const loopbackOnly = async (url: string, init: RequestInit) =>
  new URL(url).hostname === '127.0.0.1' ? fetch(url, init) : new Response(null, { status: 502 });

/** Without the tidying of paths that fetch does. */
function rawStatus(address: string, path: string): Promise<number> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path }, (incoming) => {
      incoming.resume();
      incoming.on('end', () => resolve(incoming.statusCode ?? 0));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
