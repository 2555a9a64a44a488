import { type Dir, opendirSync } from 'node:fs';
import { join } from 'node:path';
import type { ChainEvent } from '../aws/chain-events.ts';
import { addressOf, presetsOf } from '../chain/buckets.ts';
import { likelySwitches, type Switches } from '../chain/context.ts';
import type { Chain } from '../chain/start-chain.ts';
import type { LogChoice } from './options.ts';

/** One line of the terminal, as data. */
export type Entry = { readonly kind: string } & Readonly<Record<string, string | number | undefined>>;

/** How an entry is printed: for a person, or as one JSON object a line. */
export function printed(entry: Entry, atMilliseconds: number, { json }: LogChoice): string {
  const time = new Date(atMilliseconds).toISOString();
  if (json) return JSON.stringify({ time, ...entry });
  const { kind, location, ...fields } = entry;
  const to = location === undefined ? undefined : `-> ${location}`;
  const words = [...Object.values(fields), to].filter((value) => value !== undefined && value !== '');
  return `${time.slice(11, 19)} ${kind.padEnd(8)}${words.join('  ')}`;
}

/** The entry of an event; `undefined` for an event that is not printed. */
export function entryOf(event: ChainEvent, { requests, everything }: LogChoice): Entry | undefined {
  switch (event.kind) {
    case 'hop': {
      const { endpoint, status, method, target, location, edge, milliseconds } = event.hop;
      // The website answers CloudFront only, so its hops are no requests of viewers.
      if (!everything && (!requests || endpoint === 'website')) return undefined;
      const request = `${method} ${target}`;
      return {
        kind: endpoint,
        status,
        request,
        location,
        cache: edge?.resultType,
        took: `${milliseconds.toFixed(0)} ms`,
      };
    }
    case 'log':
      return everything || isError(event.line) ? { kind: 'log', line: event.line } : undefined;
    case 'alarm': {
      const { alarm, from, to } = event.transition;
      return everything || from === 'ALARM' || to === 'ALARM'
        ? { kind: 'alarm', alarm, state: `${from} -> ${to}` }
        : undefined;
    }
    case 's3': {
      if (!everything) return undefined;
      const { operation, status, bucket, key, milliseconds, caller } = event.call;
      const by = caller === 'owner' ? 'by the owner' : 'by the Lambda';
      return { kind: 's3', status, call: `${operation} ${bucket}/${key}`, by, took: `${milliseconds.toFixed(0)} ms` };
    }
    case 'expired':
      return everything ? { kind: 'expired', objects: event.keys.length, bucket: event.bucket } : undefined;
    case 'switch':
      return everything ? { kind: 'switch', name: event.name, value: event.value } : undefined;
    default:
      return undefined;
  }
}

/** Errors as Lambda's own lines and the function's logger write them. */
function isError(line: string): boolean {
  return /"level":"(ERROR|CRITICAL)"|\tERROR\t|"status":"(error|timeout)"|Task timed out|Runtime\.ExitError/.test(line);
}

/** What is printed once the chain runs. The last line says that it is ready, and its addresses. */
export function banner(chain: Chain, page: string, imagesDirectory: string | undefined): readonly string[] {
  const { edge, api, website, s3, parts, switches } = chain;
  const names = Object.keys(likelySwitches) as (keyof Switches)[];
  const unlikely = names.filter((name) => switches[name] !== likelySwitches[name]);
  const chosen = unlikely.map((name) => `${name} ${String(switches[name])}`).join(', ') || 'the likely settings';
  const without = new Set(parts.withoutEffect.map(({ type }) => type));
  const preset = largeEnough(presetsOf(parts.website));
  const image = imagesDirectory === undefined ? undefined : firstImage(imagesDirectory);
  return [
    `  S3: ${s3.store.name}`,
    `  without effect here: ${parts.withoutEffect.length} properties of ${without.size} types (docs/fidelity.md)`,
    `  unknown facts of AWS: ${chosen}`,
    // Prints the headers of every hop and drops the image.
    ...(preset && image ? [`  try: curl -sSLo /dev/null -D - ${addressOf(edge.address, preset, image)}`] : []),
    `ready  edge ${edge.address}  API ${api.url}  website ${website.address}  S3 ${s3.endpoint}  console ${page}`,
  ];
}

/** The first preset that shows something, as the console chooses. */
function largeEnough(presets: readonly string[]): string | undefined {
  return presets.find((name) => Number.parseInt(name, 10) >= 200) ?? presets[0];
}

/** The key of an image. The folder may be large, so the search ends at the first. */
function firstImage(root: string, path: readonly string[] = []): string | undefined {
  const folder = opened(join(root, ...path));
  if (!folder) return undefined;
  try {
    for (let entry = folder.readSync(); entry; entry = folder.readSync()) {
      const inside = [...path, entry.name];
      if (entry.isFile() && /\.(jpe?g|png|webp|gif|avif)$/i.test(entry.name)) return inside.join('/');
      const found = entry.isDirectory() && !entry.name.startsWith('.') ? firstImage(root, inside) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  } finally {
    folder.closeSync();
  }
}

/** Some systems hide some of a user's folders from programs. */
function opened(path: string): Dir | undefined {
  try {
    return opendirSync(path);
  } catch {
    return undefined;
  }
}
