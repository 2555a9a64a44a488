/** `make dev`: the whole chain on this machine. See `help` below. */
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ChainEvent } from './events.ts';
import { type Chain, type ChainOptions, startChain } from './start.ts';
import { likelySwitches, type Switches } from './switches.ts';

const help = `node local/main.ts [options]

Runs the chain of a synthesized template on this machine: CloudFront, the S3 website, the HTTP API, the Lambda and S3.
Nothing that this chain does not know is passed over: it is refused by name. Ctrl-C ends it.

  --template FILE       a CloudFormation template in JSON (default: cdk.out/ResizeOnMiss-<env>.template.json)
  --env NAME            staging or prod (default: staging)
  --port N              port of the edge; API, website and S3 take the three that follow (default: 8080;
                        0: free ones)
  --state DIR           where S3 keeps its files (default: a folder that goes when the chain ends)
  --pictures DIR        a folder whose files are originals, read only; new and changed files are there at once
  --s3-endpoint URL     another S3 server in place of the embedded one; its keys come from AWS_ACCESS_KEY_ID and
                        AWS_SECRET_ACCESS_KEY
  --code DIR            a folder with the Lambda's code in place of the template's asset
  --processes N         processes of the Lambda at most; further events wait (default: 4)
  --target FILE         where smoke, e2e and load find this chain (default: .cache/targets/local.json)
  --verbose             print every hop, S3 call and log line; without it, errors of the Lambda alone

Facts about AWS that nothing public settles, each with the likely setting first:
  --location-encoding once|none|form|twice    how a routing rule writes the key into Location
  --missing-key 404|403                       what the website answers for a missing key that may be read
  --query-in-location no|yes                  whether a routing rule keeps the query of the request
  --redirect-caching documented|legacy        whether CloudFront keeps a 307 without Cache-Control
  --lambda-throttled 503|500                  what the API answers when the Lambda's concurrency is used up`;

const root = resolve(import.meta.dirname, '..');
const environments = ['staging', 'prod'];

interface Options extends ChainOptions {
  readonly verbose: boolean;
}

function readOptions(): Options | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      verbose: { type: 'boolean' },
      template: text,
      env: text,
      port: text,
      state: text,
      pictures: text,
      's3-endpoint': text,
      code: text,
      processes: text,
      target: text,
      'location-encoding': text,
      'missing-key': text,
      'query-in-location': text,
      'redirect-caching': text,
      'lambda-throttled': text,
    },
  });
  if (values.help) return undefined;
  // The Makefile hands on variables that may be empty.
  const given = (name: keyof typeof values): string | undefined => (values[name] ? String(values[name]) : undefined);
  const port = numberOf('--port', given('port') ?? '8080', 65_532);
  const state = given('state');
  const pictures = given('pictures');
  const endpoint = given('s3-endpoint');
  const code = given('code');
  if (pictures !== undefined && !existsSync(pictures)) {
    throw new Error(`--pictures is "${pictures}": expected a folder that exists`);
  }
  return {
    templateFile: templateFile(given('template'), given('env') ?? 'staging'),
    edgePort: port,
    // With 0 every door takes a free one.
    ...(port === 0 ? {} : { apiPort: port + 1, websitePort: port + 2, s3Port: port + 3 }),
    maxProcesses: numberOf('--processes', given('processes') ?? '4', 1000),
    switches: switches(given),
    targetFile: resolve(given('target') ?? join(root, '.cache/targets/local.json')),
    ...(state === undefined ? {} : { stateDirectory: resolve(state) }),
    ...(pictures === undefined ? {} : { picturesDirectory: resolve(pictures) }),
    ...(endpoint === undefined ? {} : { s3Server: { endpoint, ...keysOfS3() } }),
    ...(code === undefined ? {} : { codeDirectory: resolve(code) }),
    // Another `make synth` may replace the folder that the template names while this chain runs.
    copyCode: true,
    progress: (step) => console.log(`  ${step}`),
    verbose: values.verbose ?? false,
  };
}

function templateFile(template: string | undefined, env: string): string {
  if (template !== undefined) return resolve(template);
  if (!environments.includes(env)) throw new Error(`--env is "${env}": expected ${environments.join(' or ')}`);
  return join(root, `cdk.out/ResizeOnMiss-${env}.template.json`);
}

function switches(
  given: (
    name: 'location-encoding' | 'missing-key' | 'query-in-location' | 'redirect-caching' | 'lambda-throttled',
  ) => string | undefined,
): Switches {
  return {
    locationEncoding: oneOf('--location-encoding', given('location-encoding'), ['once', 'none', 'form', 'twice']),
    missingKey: oneOf('--missing-key', given('missing-key'), ['404', '403']),
    queryInLocation: oneOf('--query-in-location', given('query-in-location'), ['no', 'yes']) === 'yes',
    redirectCaching: oneOf('--redirect-caching', given('redirect-caching'), ['documented', 'legacy']),
    lambdaThrottled: oneOf('--lambda-throttled', given('lambda-throttled'), ['503', '500']),
  };
}

/** The first choice is the one that is taken when nothing is said. */
function oneOf<const T extends string>(option: string, value: string | undefined, choices: readonly [T, ...T[]]): T {
  const choice = value === undefined ? choices[0] : choices.find((one) => one === value);
  if (choice === undefined) throw new Error(`${option} is "${value}": expected ${choices.join(', ')}`);
  return choice;
}

function numberOf(option: string, value: string, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0 && number <= most) return number;
  throw new Error(`${option} is "${value}": expected a whole number up to ${most}`);
}

function keysOfS3(): { accessKeyId: string; secretAccessKey: string } {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
  throw new Error('--s3-endpoint needs the keys of that server in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
}

/** The first picture of the folder, to try the chain with. */
function firstPicture(folder: string): string | undefined {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const picture = files.find((file) => file.isFile() && /\.(jpe?g|png|webp|gif|avif)$/i.test(file.name));
  return picture && relative(folder, join(picture.parentPath, picture.name));
}

function banner(chain: Chain, options: ChainOptions): void {
  const { switches: chosen } = chain;
  console.log(`  S3: ${chain.s3.server}`);
  console.log(
    `  ${chain.parts.withoutEffect.length} properties of the template have no effect here (docs/fidelity.md)`,
  );
  const unlikely = (Object.keys(likelySwitches) as (keyof Switches)[]).filter(
    (name) => chosen[name] !== likelySwitches[name],
  );
  console.log(
    `  unknown facts of AWS: ${unlikely.length === 0 ? 'the likely settings' : unlikely.map((name) => `${name} ${String(chosen[name])}`).join(', ')}`,
  );
  const { picturesDirectory } = options;
  const picture = picturesDirectory === undefined ? undefined : firstPicture(picturesDirectory);
  if (picture !== undefined)
    console.log(
      `  try: curl -iL ${chain.edge.address}/200x200/${picture.split('/').map(encodeURIComponent).join('/')}`,
    );
  console.log(
    `ready  edge ${chain.edge.address}  API ${chain.api.url}  website ${chain.website.address}  S3 ${chain.s3.endpoint}`,
  );
}

/** Errors as Lambda's own lines and the function's logger write them. */
const errorLine = /"level":"(ERROR|CRITICAL)"|\tERROR\t|"status":"(error|timeout)"|Task timed out|Runtime\.ExitError/;

function lineOf(event: ChainEvent, verbose: boolean): string | undefined {
  if (event.kind === 'log') return verbose || errorLine.test(event.line) ? `  log   ${event.line}` : undefined;
  if (!verbose) return undefined;
  if (event.kind === 'hop') {
    const { door, status, method, target, cache = '', location, milliseconds } = event.hop;
    const to = location === undefined ? '' : ` -> ${location}`;
    return `  ${door.padEnd(8)}${status} ${method} ${target}${to} ${cache} ${milliseconds.toFixed(1)} ms`;
  }
  if (event.kind === 's3') {
    const { operation, status, bucket, key, milliseconds, caller } = event.call;
    const who = typeof caller === 'string' ? caller : 'Lambda';
    return `  S3      ${status} ${operation} ${bucket}/${key} by ${who} ${milliseconds.toFixed(1)} ms`;
  }
  if (event.kind === 'expired') return `  expired ${event.keys.length} objects of ${event.bucket}`;
  return `  switch  ${event.name} ${event.value}`;
}

const expiryMilliseconds = 60_000;

async function main(): Promise<void> {
  const options = readOptions();
  if (!options) return console.log(help);
  const chain = await startChain(options);
  const expiry = setInterval(() => chain.expire().catch(console.error), expiryMilliseconds);
  chain.events.listen((event) => {
    const line = lineOf(event, options.verbose);
    if (line !== undefined) console.log(line);
  });
  banner(chain, options);
  const end = (): void => {
    clearInterval(expiry);
    chain.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
