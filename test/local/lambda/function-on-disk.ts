import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { type Lambda, type LambdaOptions, startLambda } from '../../../local/aws/lambda/lambda.ts';
import type { LambdaFunction } from '../../../local/aws/lambda/lambda-function.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const running: Lambda[] = [];
afterEach(() => Promise.all(running.splice(0).map((lambda) => lambda.stop())));

interface Started {
  readonly lambda: Lambda;
  readonly lines: string[];
  /** What the function returned, as a value; the error it ended with otherwise. */
  call(event?: unknown): Promise<unknown>;
}

/** A Lambda whose code is the given module text, run for real in its own process. */
export function startFunction(
  code: string,
  fn: Partial<LambdaFunction> = {},
  options: Partial<LambdaOptions> = {},
): Started {
  const codeDirectory = temporaryFolder();
  writeFileSync(join(codeDirectory, 'index.mjs'), code);
  const lines: string[] = [];
  const lambda = startLambda(
    {
      logicalId: 'Resize',
      name: 'resize',
      version: '1',
      arns: ['arn:fn'],
      roleArn: 'arn:role',
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      codeDirectory,
      memoryMegabytes: 512,
      timeoutSeconds: 20,
      variables: {},
      logGroup: 'group',
      applicationLogLevel: 'INFO',
      ...fn,
    },
    {
      region: 'us-east-1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'key', sessionToken: 'token' },
      s3Endpoint: 'http://127.0.0.1:1',
      maxProcesses: 4,
      clock: { now: Date.now },
      log: (_, line) => lines.push(line),
      ...options,
    },
  );
  running.push(lambda);
  return {
    lambda,
    lines,
    async call(event = {}) {
      const result = await lambda.invoke('arn:fn:live', JSON.stringify(event), 'Root=1-2-3');
      return result.outcome === 'returned' ? JSON.parse(result.payload) : result.error;
    },
  };
}
