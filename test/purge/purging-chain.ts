/** The shipped template as a chain whose two Lambdas run in this process, on a clock that stands still. */
import { createHash } from 'node:crypto';
import type { SQSEvent } from 'aws-lambda';
import sharp from 'sharp';
import { type Clock, createClock } from '../../local/aws/clock.ts';
import type { InvokeResult } from '../../local/aws/lambda/lambda.ts';
import type { LambdaFunction } from '../../local/aws/lambda/lambda-function.ts';
import { advanceTo } from '../../local/aws/timers.ts';
import { type Chain, startChain } from '../../local/chain/start-chain.ts';
import { config, type ServiceConfig } from '../../src/config.ts';
import { createHandler } from '../../src/create-handler.ts';
import { synthesizedTemplate } from '../fixtures/synthesized-template.ts';

/** Two, so that a purge is quick. The website redirects all that the template has. */
export const presets = ['100x100', '200x200'] as const;
type PresetName = (typeof presets)[number];

/**
 * Held calls take real time, which counts for no limit here. A run of a Lambda takes none of the chain's time, so it does
 * not wait between its calls of CloudFront.
 */
const patience = 120_000;
const changed = {
  ...config,
  limits: {
    ...config.limits,
    attemptMilliseconds: patience,
    headMilliseconds: patience,
    getMilliseconds: patience,
    putMilliseconds: patience,
    requestMilliseconds: patience,
  },
  presets: Object.fromEntries(presets.map((name) => [name, { ...config.presets[name], formats: [] }])),
  purge: { ...config.purge, secondsBetweenInvalidations: 0 },
} as ServiceConfig;

export interface PurgingChain {
  readonly chain: Chain;
  readonly clock: Clock;
  readonly resizeSeconds: number;
  /** Tiny originals of one colour each. */
  readonly originals: readonly Uint8Array[];
  /** The number of the original that an image was made from. */
  originalOf(body: Uint8Array): number | undefined;
  stop(): Promise<void>;
}

export async function startPurgingChain(templateFile = synthesizedTemplate('staging')): Promise<PurgingChain> {
  const clock = createClock(Date.UTC(2026, 10, 30, 12));
  const realNow = Date.now;
  Date.now = clock.now;
  const chain = await startChain({ templateFile, clock });
  const [resizeFunction, purgeFunction] = [chain.lambda.function, functionOfQueues(chain)];
  const context = { getRemainingTimeInMillis: () => patience };
  const returned = (payload: unknown): InvokeResult => ({
    outcome: 'returned',
    payload: JSON.stringify(payload),
    requestId: '',
  });

  const resize = createHandler(changed, variablesOf(chain, resizeFunction));
  chain.interceptors.invoke = async ([, event]) => returned(await resize(JSON.parse(event), context));
  const originals = await Promise.all(['red', 'lime', 'blue', 'gold', 'cyan', 'pink'].map(original));
  const made = new Map<string, number>();
  for (const [number, bytes] of originals.entries()) {
    const key = `made/${number}.png`;
    await chain.s3.store.put(chain.s3.originals, key, { headers: {}, body: [bytes] });
    for (const preset of presets) made.set(hash(await derivativeOf(chain, preset, key)), number);
  }

  // The module makes a handler of its own from the environment. From here on both have read their credentials.
  const variables = variablesOf(chain, purgeFunction);
  const { createPurge } = await import('../../src/purge.ts');
  const purge = createPurge(changed, variables);
  chain.interceptors.consume = async ([, event]) => returned(await purge(JSON.parse(event) as SQSEvent, context));
  await advanceTo(clock.now() + 600_000, clock, chain.timers);

  return {
    chain,
    clock,
    resizeSeconds: resizeFunction.timeoutSeconds,
    originals,
    originalOf: (body) => made.get(hash(body)),
    async stop() {
      await chain.stop();
      Date.now = realNow;
    },
  };
}

function functionOfQueues({ parts, lambdas }: Chain): LambdaFunction {
  const arns = parts.eventSourceMappings.map(({ functionArn }) => functionArn);
  const found = lambdas.find((lambda) => lambda.function.arns.some((arn) => arns.includes(arn)));
  if (!found) throw new Error('The template has no function with a queue');
  return found.function;
}

/**
 * Sets the environment of a function, with the credentials of its role. A client of the SDK reads them with its first call
 * and keeps them.
 */
function variablesOf({ s3, target }: Chain, fn: LambdaFunction): NodeJS.ProcessEnv {
  const { accessKeyId, secretAccessKey, sessionToken } = s3.credentialsOf(fn.roleArn);
  return Object.assign(process.env, {
    ...fn.variables,
    AWS_REGION: target.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ENDPOINT_URL_CLOUDFRONT: target.cloudFront?.endpoint,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  });
}

const original = (background: string): Promise<Uint8Array> =>
  sharp({ create: { width: 2, height: 2, channels: 3, background } })
    .png()
    .toBuffer();

const hash = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

async function derivativeOf(chain: Chain, preset: PresetName, key: string): Promise<Uint8Array> {
  const answer = await fetch(`${chain.edge.address}/${preset}/${key}`);
  if (answer.status !== 200) throw new Error(`${preset}/${key} answers ${answer.status} ${await answer.text()}`);
  return new Uint8Array(await answer.arrayBuffer());
}
