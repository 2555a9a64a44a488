import { parseArgs } from 'node:util';
import { config } from '../../src/config.ts';
import { readTarget, type Target } from '../../src/target.ts';
import { keyFault } from '../../src/url.ts';
import type { Period } from './find.ts';

export const help = `make purge TARGET=prod KEY=profile/ann.jpg
make purge TARGET=prod VERSION=1.4.0 FROM=2026-11-25T09:00Z TO=2026-11-25T11:30Z

Deletes derivatives and removes them from CloudFront. Prints what it would do and what that costs; YES=1 does it.
Derivatives that are needed are generated again when they are next viewed. Originals are never changed.

  TARGET   local, staging, prod or the path of a target file
  KEY      the key of an original, as in S3: all its derivatives, right or wrong
  VERSION  the service's version in the metadata of derivatives: what a release has stored. Roll it back before
  FROM, TO when that release was deployed and when the next one was, or the roll-back: only derivatives that were
           stored between them are read. Default: all. A request that was running at TO is included
  YES=1    do it

Browsers keep their copies for config.cache.browserSeconds, but ask for a URL with another ?v= again.`;

export interface Options {
  readonly target: Target;
  readonly what: { readonly key: string } | ({ readonly version: string } & Period);
  readonly isConfirmed: boolean;
}

const text = { type: 'string', default: '' } as const;

/** `undefined` for --help. Throws an error that says what was given and what was expected. */
export function readOptions(args: readonly string[], key: string): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: { target: text, version: text, from: text, to: text, yes: text, help: { type: 'boolean' } },
  });
  if (values.help) return undefined;
  const { version, from, to, yes } = values;
  if (!['', '1'].includes(yes)) throw new Error(`YES is ${JSON.stringify(yes)}, expected 1 or nothing`);
  if ((key === '') === (version === '')) {
    const given = key === '' ? 'Neither KEY nor VERSION is given' : 'KEY and VERSION are both given';
    throw new Error(`${given}, expected one of them (make purge PURGE=--help)`);
  }
  if (key !== '') {
    if (from || to) throw new Error('FROM and TO are given with KEY, expected them with VERSION only');
    const fault = keyFault(key);
    if (fault) throw new Error(`KEY is ${JSON.stringify(key)}: ${fault}, expected the key of an original, as in S3`);
  }
  // What a request stores that was running when the release was replaced.
  const late = config.limits.lambdaSeconds * 1000;
  const period = { from: timeOf('FROM', from, 0), to: timeOf('TO', to, Date.now()) };
  if (period.from > period.to) throw new Error(`FROM is ${from}, expected a time before TO, which is ${to || 'now'}`);
  return {
    target: readTarget(values.target),
    what: key === '' ? { version, from: period.from, to: new Date(period.to.getTime() + late) } : { key },
    isConfirmed: yes === '1',
  };
}

function timeOf(name: string, given: string, otherwise: number): Date {
  const time = given === '' ? new Date(otherwise) : new Date(given);
  // Without a zone a time would be that of this machine.
  const hasZone = given === '' || /T.*(?:Z|[+-]\d\d:?\d\d)$/.test(given);
  if (hasZone && !Number.isNaN(time.getTime())) return time;
  throw new Error(`${name} is ${JSON.stringify(given)}, expected a time with its zone, such as 2026-11-25T09:00Z`);
}
