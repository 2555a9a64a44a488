import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { type Clock, createClock } from '../../local/aws/clock.ts';
import { type Chain, type ChainOptions, startChain } from '../../local/chain/start-chain.ts';
import type { ApiOn } from '../../src/config.ts';
import { urlOf } from '../../src/url.ts';
import { synthesizedTemplate } from '../fixtures/synthesized-template.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';
import { type Change, changed, type Tree } from './template-change.ts';

/** With a build of the template before it. */
export const startMilliseconds = 180_000;

export interface ChainUnderTestOptions extends Omit<Partial<ChainOptions>, 'change' | 'clock'> {
  readonly stage?: 'staging' | 'prod';
  /** Default: as shipped, on the image host. */
  readonly apiOn?: ApiOn;
  /** Breaks the template in one point. */
  readonly change?: Change;
}

/** A derivative as S3 holds it. */
export interface Stored {
  readonly key: string;
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly metadata: Record<string, string>;
}

/**
 * The shipped template as a running chain, on a clock that stands still until a test moves it. `S3_ENDPOINT` puts
 * another S3 server behind it (`node test/s3-servers/run.ts versitygw test/chain`).
 */
export async function startChainUnderTest({
  stage = 'prod',
  apiOn,
  change = () => {},
  ...options
}: ChainUnderTestOptions = {}): Promise<ChainUnderTest> {
  const clock = createClock(Date.now());
  const targetFile = join(temporaryFolder(), 'target.json');
  const other = otherS3Server();
  const chain = await startChain({
    templateFile: await synthesizedTemplate(stage, apiOn),
    targetFile,
    maxProcesses: 2,
    clock,
    ...(other && { s3Server: other }),
    ...options,
    change: (template) => changed(template, ...(other ? [nameBuckets] : []), change),
  });
  const s3 = new S3Client({
    endpoint: chain.s3.endpoint,
    region: chain.target.region,
    credentials: chain.s3.owner,
    forcePathStyle: true,
  });
  return {
    chain,
    clock,
    ...storeOf(chain, s3),
    url: (preset, key) => urlOf(chain.edge.address, preset, key),
    apiUrl: (query) => `${chain.api.url}?${query}`,
    apiPath: (query) => chain.api.url.replace(chain.edge.address, '').concat('?', query),
    pass: (seconds) => clock.advance(seconds * 1000),
    async stop() {
      s3.destroy();
      await chain.stop();
    },
  };
}

export interface ChainUnderTest extends ReturnType<typeof storeOf> {
  readonly chain: Chain;
  readonly clock: Clock;
  /** Of a derivative, at the edge. */
  url(preset: string, key: string): string;
  apiUrl(query: string): string;
  /** As `Location` has it: a path where the API is on the image host. */
  apiPath(query: string): string;
  pass(seconds: number): void;
  stop(): Promise<void>;
}

/** The buckets, as their owner sees them. */
function storeOf({ s3: { originals, derivatives } }: Chain, s3: S3Client) {
  async function keysOf(Bucket: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
      keys.push(...Contents.map(({ Key = '' }) => Key));
    }
    return keys;
  }
  async function readDerivative(key: string): Promise<Stored> {
    const object = await s3.send(new GetObjectCommand({ Bucket: derivatives, Key: key }));
    return {
      key,
      bytes: Buffer.from((await object.Body?.transformToByteArray()) ?? []),
      contentType: object.ContentType ?? '',
      cacheControl: object.CacheControl ?? '',
      metadata: object.Metadata ?? {},
    };
  }
  return {
    async putOriginal(key: string, body: Uint8Array) {
      await s3.send(new PutObjectCommand({ Bucket: originals, Key: key, Body: body }));
    },
    async deleteOriginal(key: string) {
      await s3.send(new DeleteObjectCommand({ Bucket: originals, Key: key }));
    },
    async putDerivative({ key, bytes, contentType, cacheControl, metadata }: Stored) {
      const more = { ContentType: contentType, CacheControl: cacheControl, Metadata: metadata };
      await s3.send(new PutObjectCommand({ Bucket: derivatives, Key: key, Body: bytes, ...more }));
    },
    async deleteDerivative(key: string) {
      await s3.send(new DeleteObjectCommand({ Bucket: derivatives, Key: key }));
    },
    readDerivative,
    derivativeKeys: () => keysOf(derivatives),
  };
}

function otherS3Server(): ChainOptions['s3Server'] | undefined {
  const { S3_ENDPOINT: endpoint, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
  if (!endpoint) return undefined;
  if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY) {
    return { endpoint, accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  }
  throw new Error('S3_ENDPOINT is set: expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of that server beside it');
}

/** Chains that share a server must not share buckets. */
const nameBuckets: Change = ({ resources }) => {
  for (const [id, { Type, Properties }] of Object.entries<Tree>(resources)) {
    if (Type !== 'AWS::S3::Bucket') continue;
    Properties.BucketName = `${id.toLowerCase().slice(0, 20)}-${randomBytes(6).toString('hex')}`;
  }
};
