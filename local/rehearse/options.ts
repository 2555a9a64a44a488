import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { anyIncident, findIncident, incidents, quickIncidents } from './incidents.ts';

export const help = `node local/rehearse/main.ts [options]

Plays incidents against the chain of a synthesized template, with viewers, and says which alarms turn red, after how long,
and when they are OK again. Ends with 1 when an alarm is missing, late, unexpected or stays red.

  --only NAME,NAME    these incidents alone
  --quick             the healthy load and ${quickIncidents.length} incidents: ${quickIncidents.join(', ')}
  --at-once N         so many at the same time, each with processes of its own (default: 2)
  --write             put the table into docs/alarms.md; for all incidents, when all went as expected
  --stand NAME        leave this incident standing, with the console open, to practise with its runbook; Ctrl-C heals it.
                      With "${anyIncident}" it is one of them, and which is told in the end
  --template FILE     a CloudFormation template in JSON (default: cdk.out/ResizeOnMiss-staging.template.json)
  --port N            with --stand, port of the edge; API, website, S3 and the console take the four that follow
                      (default: 8080; 0: free ones)
  --target FILE       with --stand, where make smoke finds this chain (default: .cache/targets/local.json)
  --pace N            clock seconds in a real one at most (default: as fast as goes; with --stand: 120)

Incidents:
${[...incidents].map(([name, { title }]) => `  ${name.padEnd(19)} ${title}`).join('\n')}`;

export interface RehearsalOptions {
  readonly names: readonly string[];
  /** All incidents are played. */
  readonly isFull: boolean;
  readonly atOnce: number;
  readonly write: boolean;
  readonly stand?: string;
  readonly templateFile: string;
  /** Where others find a chain that is left standing. */
  readonly targetFile: string;
  readonly port: number;
  readonly pace?: number;
}

const root = resolve(import.meta.dirname, '../..');
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

/** `undefined` when help is wanted. */
export function readOptions(args: readonly string[]): RehearsalOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: flag,
      only: text,
      'at-once': text,
      quick: flag,
      write: flag,
      stand: text,
      template: text,
      target: text,
      port: text,
      pace: text,
    },
  });
  if (values.help) return undefined;
  // The Makefile hands on variables that may be empty.
  const { only = '', stand = '', template = '', target = '', port = '', pace = '', 'at-once': atOnce = '' } = values;
  const names =
    only !== ''
      ? only.split(',').map((name) => name.trim())
      : values.quick
        ? ['nothing', ...quickIncidents]
        : [...incidents.keys()];
  for (const name of stand === '' ? names : [stand]) if (name !== anyIncident) findIncident(name);
  const isFull = names.length === incidents.size;
  if (values.write && !isFull) throw new Error('--write puts down all incidents: expected neither --only nor --quick');
  return {
    names,
    isFull,
    atOnce: numberOf('--at-once', atOnce || '2', 1, 16),
    write: values.write ?? false,
    templateFile: resolve(template || join(root, 'cdk.out/ResizeOnMiss-staging.template.json')),
    targetFile: resolve(target || join(root, '.cache/targets/local.json')),
    port: numberOf('--port', port || '8080', 0, 65_531),
    ...(stand === '' ? {} : { stand, pace: 120 }),
    ...(pace === '' ? {} : { pace: numberOf('--pace', pace, 1, 100_000) }),
  };
}

function numberOf(option: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Error(`${option} is "${value}": expected a whole number from ${least} to ${most}`);
}
