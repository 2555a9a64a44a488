import type { Setup, View } from '../contract.ts';
import { isKind } from './icons.tsx';

/**
 * The address of the chain page: its query names the choice and how the chain is set up, its fragment holds the view.
 * A colleague who opens it sees the same hops, though their chain is another one.
 */
export interface Asked {
  readonly image?: string;
  readonly preset?: string;
  readonly setup: Readonly<Record<string, string>>;
}

export function readAsked(): Asked {
  const { image, preset, ...setup } = Object.fromEntries(new URLSearchParams(location.search));
  return { ...(image !== undefined && { image }), ...(preset !== undefined && { preset }), setup };
}

const flat = ({ switches, ...rest }: Setup) =>
  Object.fromEntries(Object.entries({ ...rest, ...switches }).map(([name, value]) => [name, String(value)]));

/** The settings that differ from those at the start, as text. */
export function flatSetup(setup: Setup, initial: Setup): Record<string, string> {
  const usual = flat(initial);
  return Object.fromEntries(Object.entries(flat(setup)).filter(([name, value]) => value !== usual[name]));
}

/** The reverse of `flatSetup`, as the server reads it. It refuses values that it does not know. */
export function fullSetup(changed: Readonly<Record<string, string>>, initial: Setup): Record<string, unknown> {
  const own = Object.entries(changed).filter(([name]) => name in initial && name !== 'switches');
  const switches = Object.entries(changed).filter(([name]) => !(name in initial));
  const daysAhead = Number(changed.daysAhead ?? initial.daysAhead);
  const all = { ...initial.switches, ...Object.fromEntries(switches) };
  return { ...initial, ...Object.fromEntries(own), daysAhead, switches: all };
}

export interface Shown extends Asked {
  readonly image: string;
  readonly preset: string;
  readonly view?: View | undefined;
}

export async function writeAddress({ image, preset, setup, view }: Shown, how: 'push' | 'replace'): Promise<void> {
  const fragment = view ? `#view=${await pack(view)}` : '';
  const address = `?${new URLSearchParams({ image, preset, ...setup })}${fragment}`;
  if (how === 'push') history.pushState(null, '', address);
  else history.replaceState(null, '', address);
}

/** The view in the fragment, if it holds one. */
export async function readView(): Promise<View | undefined> {
  const [, packed] = /^#view=([\w-]+)$/.exec(location.hash) ?? [];
  if (packed === undefined) return undefined;
  try {
    const view = await unpack(packed);
    return isView(view) ? view : undefined;
  } catch {
    return undefined;
  }
}

/** Anybody may have made a link: what the page reads of a view without asking must be there. */
function isView(value: unknown): value is View {
  const { kind, hops } = (value ?? {}) as Partial<View>;
  return isKind(kind) && Array.isArray(hops) && hops.every((hop) => hop?.headers && Array.isArray(hop.steps));
}

async function pack(value: unknown): Promise<string> {
  const stream = new Blob([JSON.stringify(value)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

async function unpack(packed: string): Promise<unknown> {
  const text = atob(packed.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return JSON.parse(await new Response(stream).text());
}
