/** @import { Setup, View } from '../contract.ts' */
import { isKind } from './kinds.js';

/**
 * What an address of this page says: what is chosen and how the chain was set up in its query, the view that was seen in
 * its fragment. So it can be sent to a colleague, who sees the very same hops though their chain is another.
 * @typedef {{ image?: string, preset?: string, setup: Record<string, string> }} Asked
 */

const settings = ['browser', 'lambda', 's3', 'template', 'daysAhead'];

/** @returns {Asked} */
export function readAsked() {
  const query = new URLSearchParams(location.search);
  const [image, preset] = [query.get('image'), query.get('preset')];
  return {
    ...(image === null ? {} : { image }),
    ...(preset === null ? {} : { preset }),
    setup: Object.fromEntries([...query].filter(([name]) => name !== 'image' && name !== 'preset')),
  };
}

/**
 * A setup as flat text, without what is as it was at the start.
 * @param {Setup} setup
 * @param {Setup} healthy
 * @returns {Record<string, string>}
 */
export function flatSetup(setup, healthy) {
  /** @param {Setup} one @returns {Record<string, string>} */
  const flat = ({ switches, ...rest }) =>
    Object.fromEntries(Object.entries({ ...rest, ...switches }).map(([name, value]) => [name, String(value)]));
  const usual = flat(healthy);
  return Object.fromEntries(Object.entries(flat(setup)).filter(([name, value]) => value !== usual[name]));
}

/**
 * The other way round, as the server takes it.
 * @param {Record<string, string>} flat
 * @param {Setup} healthy
 * @returns {Record<string, unknown>}
 */
export function fullSetup(flat, healthy) {
  const own = settings.map((name) => [name, flat[name] ?? healthy[/** @type {keyof Setup} */ (name)]]);
  const switches = Object.fromEntries(Object.entries(flat).filter(([name]) => !settings.includes(name)));
  const { daysAhead, ...rest } = Object.fromEntries(own);
  return { ...rest, daysAhead: Number(daysAhead), switches: { ...healthy.switches, ...switches } };
}

/**
 * @param {{ image: string, preset: string, setup: Record<string, string>, view?: View | undefined }} shown
 * @param {'push' | 'replace'} how
 */
export async function writeAddress({ image, preset, setup, view }, how) {
  const query = new URLSearchParams({ image, preset, ...setup });
  const fragment = view ? `#view=${await pack(view)}` : '';
  const address = `?${query}${fragment}`;
  if (how === 'push') history.pushState(null, '', address);
  else history.replaceState(null, '', address);
}

/** @returns {Promise<View | undefined>} what the fragment holds, if it is a view */
export async function readView() {
  const [, packed] = /^#view=([\w-]+)$/.exec(location.hash) ?? [];
  if (packed === undefined) return undefined;
  try {
    const view = await unpack(packed);
    return isView(view) ? view : undefined;
  } catch {
    return undefined;
  }
}

/** @param {any} value @returns {value is View} */
function isView(value) {
  return (
    isKind(value?.kind) &&
    Array.isArray(value.hops) &&
    value.hops.every((/** @type {any} */ hop) => hop?.headers && Array.isArray(hop.steps))
  );
}

/** @param {unknown} value */
async function pack(value) {
  const stream = new Blob([JSON.stringify(value)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** @param {string} packed @returns {Promise<unknown>} */
async function unpack(packed) {
  const text = atob(packed.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return JSON.parse(await new Response(stream).text());
}
