import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createClock } from '../aws/clock.ts';
import { makeFolder } from '../aws/make-folder.ts';
import type { Switches } from '../chain/context.ts';
import type { ChainOptions } from '../chain/start-chain.ts';

export const help = `make dev [OPTIONS="options"]

Runs the chain of a synthesized template on this machine: CloudFront, the S3 website, the HTTP API, the Lambda and S3.
What the chain does not emulate is refused by name. Ctrl-C ends it.

  --template FILE       a CloudFormation template in JSON (default: cdk.out/ResizeOnMiss-<env>.template.json)
  --env NAME            staging or prod (default: staging)
  --api-on MODE         image-host or own-host: another mode of the API than the environment's (make dev API_ON=MODE)
  --port N              port of the edge; API, website, S3 and the console take the four that follow
                        (default: 8080; 0: free ones)
  --state DIR           where S3 keeps its files (default: a folder that is removed when the chain ends)
  --images DIR          a folder whose files are originals, read only; new and changed files are there at once
  --s3-endpoint URL     another S3 server in place of the embedded one; its keys come from AWS_ACCESS_KEY_ID and
                        AWS_SECRET_ACCESS_KEY
  --code DIR            a folder with the Lambda's code in place of the template's asset
  --processes N         processes of the Lambda at most; further events wait (default: 4)
  --speed N             seconds of the chain's clock in one second (default: 1)
  --schedules yes|no    whether the template's schedules run: the canary (default: yes)
  --target FILE         where smoke, e2e and load find this chain (default: .cache/targets/local.json)
  --logs text|json|errors  one line for each request, error and alarm, as text or JSON, or without the requests
                        (default: text)
  --verbose             also every hop within the chain, S3 call and log line

Facts about AWS that nothing public settles, each with the likely setting first:
  --location-encoding twice|once|form|none    how a routing rule writes the key into Location
  --missing-key 404|403                       what the website answers for a missing key that may be read
  --query-in-location no|yes                  whether a routing rule keeps the query of the request
  --redirect-caching documented|legacy        whether CloudFront keeps a 307 without Cache-Control
  --response-uri rewritten|asked              which URI a viewer-response function sees after a rewrite
  --lambda-throttled 503|500                  what the API answers when the Lambda's concurrency is used up`;

/** What the terminal prints besides errors and alarms. */
export interface LogChoice {
  readonly json: boolean;
  readonly requests: boolean;
  readonly everything: boolean;
}

export interface CommandLine extends ChainOptions {
  readonly consolePort: number;
  readonly logs: LogChoice;
  readonly schedules: boolean;
}

const root = resolve(import.meta.dirname, '../..');
const environments = ['staging', 'prod'];
const text = { type: 'string' } as const;
const known = {
  help: { type: 'boolean' },
  verbose: { type: 'boolean' },
  template: text,
  env: text,
  'api-on': text,
  port: text,
  state: text,
  images: text,
  's3-endpoint': text,
  code: text,
  processes: text,
  speed: text,
  schedules: text,
  logs: text,
  target: text,
  'location-encoding': text,
  'missing-key': text,
  'query-in-location': text,
  'redirect-caching': text,
  'response-uri': text,
  'lambda-throttled': text,
} as const;

type Given = (name: keyof typeof known) => string | undefined;

/** `undefined` if help is asked for. */
export function readOptions(args: readonly string[]): CommandLine | undefined {
  const { values } = parseArgs({ args: [...args], options: known });
  if (values.help) return undefined;
  // The Makefile passes variables that may be empty.
  const given: Given = (name) => (values[name] ? String(values[name]) : undefined);
  const port = numberOf('--port', given('port') ?? '8080', 65_531);
  const [state, images, code] = [given('state'), given('images'), given('code')];
  const endpoint = given('s3-endpoint');
  const logs = oneOf('--logs', given('logs'), ['text', 'json', 'errors']);
  return {
    templateFile: templateFile(given),
    edgePort: port,
    ...(port === 0 ? {} : { apiPort: port + 1, websitePort: port + 2, s3Port: port + 3 }),
    consolePort: port === 0 ? 0 : port + 4,
    maxProcesses: numberOf('--processes', given('processes') ?? '4', 1000),
    clock: createClock({ speed: numberOf('--speed', given('speed') ?? '1', 10_000, 1) }),
    schedules: oneOf('--schedules', given('schedules'), ['yes', 'no']) === 'yes',
    switches: switches(given),
    targetFile: newFile('--target', given('target') ?? join(root, '.cache/targets/local.json')),
    ...(state === undefined ? {} : { stateDirectory: newFolder('--state', state) }),
    ...(images === undefined ? {} : { imagesDirectory: folderAt('--images', images) }),
    ...(code === undefined ? {} : { codeDirectory: folderAt('--code', code) }),
    ...(endpoint === undefined ? {} : { s3Server: { endpoint, ...keysOfS3() } }),
    // A build may replace the folder that the template names while this chain runs.
    copyCode: true,
    logs: { json: logs === 'json', requests: logs !== 'errors', everything: values.verbose ?? false },
  };
}

function templateFile(given: Given): string {
  const [template, env = 'staging'] = [given('template'), given('env')];
  if (template !== undefined) return fileAt('--template', template, 'a CloudFormation template in JSON');
  if (!environments.includes(env)) throw new Error(`--env is "${env}": expected ${environments.join(' or ')}`);
  const apiOn = given('api-on');
  if (apiOn !== undefined) oneOf('--api-on', apiOn, ['image-host', 'own-host']);
  return join(root, apiOn ? `cdk.out.${apiOn}` : 'cdk.out', `ResizeOnMiss-${env}.template.json`);
}

function switches(given: Given): Switches {
  return {
    locationEncoding: oneOf('--location-encoding', given('location-encoding'), ['twice', 'once', 'form', 'none']),
    missingKey: oneOf('--missing-key', given('missing-key'), ['404', '403']),
    queryInLocation: oneOf('--query-in-location', given('query-in-location'), ['no', 'yes']) === 'yes',
    redirectCaching: oneOf('--redirect-caching', given('redirect-caching'), ['documented', 'legacy']),
    responseUri: oneOf('--response-uri', given('response-uri'), ['rewritten', 'asked']),
    lambdaThrottled: oneOf('--lambda-throttled', given('lambda-throttled'), ['503', '500']),
  };
}

/** The first choice is the default. */
function oneOf<const T extends string>(option: string, value: string | undefined, choices: readonly [T, ...T[]]): T {
  const choice = value === undefined ? choices[0] : choices.find((one) => one === value);
  if (choice === undefined) throw new Error(`${option} is "${value}": expected ${choices.join(', ')}`);
  return choice;
}

function numberOf(option: string, value: string, most: number, least = 0): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  const from = least === 0 ? '' : ` from ${least}`;
  throw new Error(`${option} is "${value}": expected a whole number${from} up to ${most}`);
}

function keysOfS3(): { accessKeyId: string; secretAccessKey: string } {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
  throw new Error('--s3-endpoint needs the keys of that server in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
}

function folderAt(option: string, given: string): string {
  const path = absolute(given);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new Error(`${option} is "${given}": expected a folder that exists`);
}

function fileAt(option: string, given: string, what: string): string {
  const path = absolute(given);
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
  throw new Error(`${option} is "${given}": expected ${what}`);
}

/** A folder that exists or can be created; then it is created. */
function newFolder(option: string, given: string, path = absolute(given)): string {
  try {
    makeFolder(path);
    if (statSync(path).isDirectory()) return path;
  } catch (cause) {
    throw new Error(`${option} is "${given}", which cannot be created: ${(cause as Error).message}`, { cause });
  }
  throw new Error(`${option} is "${given}", which is a file: expected a folder, or a name for a new one`);
}

function newFile(option: string, given: string): string {
  const path = absolute(given);
  newFolder(option, given, dirname(path));
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new Error(`${option} is "${given}", which is a folder: expected a file, or a name for a new one`);
}

/** Not every shell knows `~` after an equals sign. */
function absolute(given: string): string {
  return resolve(given.replace(/^~(?=\/|$)/, homedir()));
}

// `node local/dev/options.ts ...` checks the options and does nothing else, before `make dev` builds anything.
if (import.meta.main) {
  try {
    readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
