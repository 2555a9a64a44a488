import { type Dir, opendirSync } from 'node:fs';
import { join } from 'node:path';
import type { ChainEvent } from '../aws/chain-events.ts';
import type { Transition } from '../aws/cloudwatch/alarms/alarms.ts';
import { addressOf, presetsOf } from '../chain/presets.ts';
import type { Chain } from '../chain/start-chain.ts';
import { likelySwitches, type Switches } from '../chain/switches.ts';

/** What is said once the chain runs; the last line says that it is ready and where. */
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
    ...(preset && image ? [`  try: curl -iL ${addressOf(edge.address, preset, image)}`] : []),
    `ready  edge ${edge.address}  API ${api.url}  website ${website.address}  S3 ${s3.endpoint}  console ${page}`,
  ];
}

/** Of the presets the first that shows something, as the console chooses. */
function largeEnough(presets: readonly string[]): string | undefined {
  return presets.find((name) => Number.parseInt(name, 10) >= 200) ?? presets[0];
}

/** Key of an image. A folder of images may be large: the search ends at the first. */
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

/** Systems hide some folders among a user's images from programs; another one will do. */
function opened(path: string): Dir | undefined {
  try {
    return opendirSync(path);
  } catch {
    return undefined;
  }
}

/** Errors as Lambda's own lines and the function's logger write them. */
const errorLine = /"level":"(ERROR|CRITICAL)"|\tERROR\t|"status":"(error|timeout)"|Task timed out|Runtime\.ExitError/;

/** Without `verbose` only what would get somebody up, and its end. */
function alarmLine({ alarm, atSeconds, from, to }: Transition, verbose: boolean): string | undefined {
  if (!verbose && from !== 'ALARM' && to !== 'ALARM') return undefined;
  const time = new Date(atSeconds * 1000).toISOString().slice(11, 16);
  return `  alarm   ${time} ${alarm} ${from} -> ${to}`;
}

/** An event as a line; without `verbose`, errors of the Lambda alone. */
export function lineOf(event: ChainEvent, verbose: boolean): string | undefined {
  if (event.kind === 'log') return verbose || errorLine.test(event.line) ? `  log     ${event.line}` : undefined;
  if (event.kind === 'alarm') return alarmLine(event.transition, verbose);
  if (!verbose) return undefined;
  if (event.kind === 'hop') {
    const { endpoint, status, method, target, cache = '', location, milliseconds } = event.hop;
    const to = location === undefined ? '' : ` -> ${location}`;
    return `  ${endpoint.padEnd(8)}${status} ${method} ${target}${to} ${cache} ${milliseconds.toFixed(1)} ms`;
  }
  if (event.kind === 's3') {
    const { operation, status, bucket, key, milliseconds, caller } = event.call;
    const who = typeof caller === 'string' ? caller : 'Lambda';
    return `  S3      ${status} ${operation} ${bucket}/${key} by ${who} ${milliseconds.toFixed(1)} ms`;
  }
  if (event.kind === 'expired') return `  expired ${event.keys.length} objects of ${event.bucket}`;
  if (event.kind === 'switch') return `  switch  ${event.name} ${event.value}`;
  return undefined;
}
