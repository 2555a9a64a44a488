/** The local S3 in a process of its own, with a bucket for originals and one for derivatives. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';

const [originals, derivatives] = ['originals', 'derivatives'];
const keys = { accessKeyId: 'bench', secretAccessKey: 'bench' };
const region = 'us-east-1';

export interface LocalS3 {
  /** The environment variables with which a process finds it. */
  readonly variables: Record<string, string>;
  putOriginal(key: string, file: string): Promise<void>;
  copyOriginal(key: string, copy: string): Promise<void>;
  deleteOriginal(key: string): Promise<void>;
  /** Returns the size of a derivative, whose key is `<preset>/<key>`. Throws when there is none. */
  derivativeBytes(key: string): Promise<number>;
  deleteDerivative(key: string): Promise<void>;
  close(): Promise<void>;
}

export async function startLocalS3(): Promise<LocalS3> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-s3-'));
  const program = join(import.meta.dirname, '../../local/aws/s3/main.ts');
  const options = ['--port', '0', '--dir', folder, '--access-key', keys.accessKeyId];
  const server = spawn(process.execPath, [program, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const endpoint = await readEndpoint(server.stdout);
  const client = new S3Client({ endpoint, region, credentials: keys, forcePathStyle: true });
  for (const Bucket of [originals, derivatives]) await client.send(new CreateBucketCommand({ Bucket }));

  return {
    variables: {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      ORIGINALS_BUCKET: originals,
      DERIVATIVES_BUCKET: derivatives,
      IMAGE_BASE_URL: 'https://img.example.com',
      STAGE: 'bench',
      LOCATION_ENCODING: 'once',
    },
    async putOriginal(key, file) {
      await client.send(new PutObjectCommand({ Bucket: originals, Key: key, Body: readFileSync(file) }));
    },
    async copyOriginal(key, copy) {
      await client.send(
        new CopyObjectCommand({ Bucket: originals, Key: copy, CopySource: `${originals}/${encodeURIComponent(key)}` }),
      );
    },
    async deleteOriginal(key) {
      await client.send(new DeleteObjectCommand({ Bucket: originals, Key: key }));
    },
    async derivativeBytes(key) {
      const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket: derivatives, Key: key }));
      if (!ContentLength) throw new Error(`${key} has ${ContentLength} bytes: expected a derivative`);
      return ContentLength;
    },
    async deleteDerivative(key) {
      await client.send(new DeleteObjectCommand({ Bucket: derivatives, Key: key }));
    },
    async close() {
      client.destroy();
      server.kill();
      await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function readEndpoint(output: NodeJS.ReadableStream): Promise<string> {
  for await (const chunk of output) {
    const endpoint = /http:\/\/\S+?(?=,|\s|$)/.exec(String(chunk))?.[0];
    if (endpoint) {
      output.resume();
      return endpoint;
    }
  }
  throw new Error('The local S3 ended before it listened: node local/aws/s3/main.ts says why');
}
