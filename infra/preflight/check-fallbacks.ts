import type { ServiceConfig } from '../../src/config.ts';
import type { Environment } from '../environments.ts';
import type { Aws } from './aws-cli.ts';
import { judge } from './check-account.ts';
import { type Fact, known, type Problem } from './facts.ts';
import type { Outputs } from './read-facts.ts';

/** Checks that the fallbacks of the presets exist: without its fallback, a missing original is a 404. */
export function fallbackProblems(
  aws: Aws,
  { existingOriginals }: Environment,
  outputs: Fact<Outputs | undefined>,
  { presets }: Pick<ServiceConfig, 'presets'>,
): Problem[] {
  const deployed = outputs.known ? outputs.value?.UploadBucket : undefined;
  const bucket = existingOriginals?.bucketName ?? deployed;
  const keys = new Set(Object.values(presets).flatMap(({ fallback }) => fallback ?? []));
  return [...keys].flatMap((key): Problem[] => {
    const upload = `run "aws s3 cp FILE s3://${bucket ?? 'ORIGINALS'}/${key}"`;
    if (bucket === undefined) {
      return [{ severity: 'note', line: `The fallback ${key} is an original: after the first deploy, ${upload}` }];
    }
    const head = aws(['s3api', 'head-object', '--bucket', bucket, '--key', key], existingOriginals?.region);
    // S3 says 404 in its status alone, since an answer to HEAD has no body.
    const exists: Fact<boolean> = head.known ? known(true) : /\(404\)/.test(head.reason) ? known(false) : head;
    return judge(exists, 's3:GetObject', (found) =>
      found ? [] : [{ severity: 'stop', line: `The fallback ${key} does not exist: ${upload}` }],
    );
  });
}
