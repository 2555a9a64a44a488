import type { LocationEncoding } from '../../../src/config.ts';
import { readKey } from '../../../src/core/location-encoding.ts';

/** Keys that are written differently by at least two of the modes. */
export const oddKeys = ['a b', 'a+b', 'a%b', 'a%2Bb', 'ä', 'a&b', 'a#b', 'a?b', "a'b", 'a(b)'] as const;

const modes = ['once', 'none', 'form', 'twice'] as const satisfies readonly LocationEncoding[];

/** What no mode `none` could carry; see docs/decisions/003-one-reading-of-the-key.md. */
export const lostRaw = (key: string) => key.includes('#') || /%2b/i.test(key);

/** What the API gets of a Location when a client follows it, behind `key=` and still encoded. */
export function askedKey({ search }: URL): string | undefined {
  return /[?&]key=(.*)$/s.exec(search)?.[1];
}

/** The modes in which every one of these is read as the key that was asked for. */
export function modesThatFit(
  asked: readonly { readonly path: string; readonly written: string | undefined }[],
): LocationEncoding[] {
  return modes.filter((mode) =>
    asked.every(({ path, written }) => (mode === 'none' && lostRaw(path)) || reads(written, mode) === path),
  );
}

/** The line of `src/config.ts` to change, or `undefined` when it is right. */
export function encodingAdvice(fitting: readonly LocationEncoding[], set: LocationEncoding): string | undefined {
  if (fitting.includes(set)) return undefined;
  const [mode] = fitting;
  if (!mode) return 'no mode of locationEncoding reads these keys: open an issue with the lines above';
  return `set locationEncoding: '${mode}' in src/config.ts and deploy`;
}

function reads(written: string | undefined, mode: LocationEncoding): string | undefined {
  try {
    return readKey(written, mode);
  } catch {
    return undefined;
  }
}
