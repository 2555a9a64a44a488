import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { targetPath } from '../../src/target.ts';
import { anyIncident, findIncident, type Incident, incidents, quickIncidents } from './incidents.ts';

export const help = `make rehearse [INCIDENT=name] [QUICK=1] [WRITE=1] [REHEARSE="options"]

Plays incidents against the chain of a synthesized template, with viewers, and reports which alarms turn red, after how
many minutes, and when they are OK again. Exits with 1 when an alarm is missing, late, unexpected or stays red.

  INCIDENT=name       keep one incident active for practice, with the console open; Ctrl-C repairs it.
                      "${anyIncident}" picks one and names it at the end
  QUICK=1             only the usual traffic and ${quickIncidents.length} incidents: ${quickIncidents.join(', ')}
  WRITE=1             write the table into docs/alarms.md when all incidents went as expected

Options:
  --only NAME,NAME    only these incidents
  --at-once N         incidents at the same time, each with processes of its own (default: 2)
  --template FILE     a CloudFormation template in JSON (default: cdk.out/ResizeOnMiss-staging.template.json)
  --own-host FILE     one with the API on its own host, for incidents that need it (default: the same in cdk.out.own-host)
  --port N            with INCIDENT, port of the edge; API, website, S3 and the console take the next four
                      (default: 8080; 0: free ones)
  --target FILE       with INCIDENT, the target file to write (default: .cache/targets/local.json)
  --pace N            seconds of the clock in a real one at most (default: no limit; with INCIDENT: 120)

Incidents:
${[...incidents].map(([name, { title }]) => `  ${name.padEnd(19)} ${title}`).join('\n')}`;

export interface RehearsalOptions {
  readonly names: readonly string[];
  /** All incidents are played. */
  readonly isFull: boolean;
  readonly atOnce: number;
  readonly write: boolean;
  /** The incident to practise. */
  readonly incident?: string;
  readonly templateFile: string;
  /** For incidents that need the API on its own host. */
  readonly ownHostFile: string;
  readonly targetFile: string;
  readonly port: number;
  readonly pace?: number;
}

const practisePace = 120;
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

/** Returns `undefined` for --help. */
export function readOptions(args: readonly string[]): RehearsalOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: flag,
      only: text,
      'at-once': text,
      quick: flag,
      write: flag,
      incident: text,
      template: text,
      'own-host': text,
      target: text,
      port: text,
      pace: text,
    },
  });
  if (values.help) return undefined;
  // The Makefile passes variables that may be empty.
  const { only, incident, template, target, port, pace, 'at-once': atOnce, 'own-host': ownHost } = values;
  const names = only
    ? only.split(',').map((name) => name.trim())
    : values.quick
      ? ['nothing', ...quickIncidents]
      : [...incidents.keys()];
  for (const name of incident ? [incident] : names) if (name !== anyIncident) findIncident(name);
  const isFull = names.length === incidents.size;
  if (values.write && !isFull) throw new Error('WRITE=1 writes all incidents: expected neither QUICK nor --only');
  return {
    names,
    isFull,
    atOnce: integer('--at-once', atOnce || '2', 1, 16),
    write: values.write ?? false,
    templateFile: templatePath(template, 'cdk.out'),
    ownHostFile: templatePath(ownHost, 'cdk.out.own-host'),
    targetFile: target ? resolve(target) : targetPath('local'),
    port: integer('--port', port || '8080', 0, 65_531),
    ...(incident && { incident, pace: practisePace }),
    ...(pace && { pace: integer('--pace', pace, 1, 100_000) }),
  };
}

function templatePath(given: string | undefined, folder: string): string {
  return resolve(given || join(import.meta.dirname, '../..', folder, 'ResizeOnMiss-staging.template.json'));
}

export function templateOf({ apiOn }: Incident, { templateFile, ownHostFile }: RehearsalOptions): string {
  return apiOn === 'own-host' ? ownHostFile : templateFile;
}

function integer(option: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Error(`${option} is "${value}": expected an integer from ${least} to ${most}`);
}
