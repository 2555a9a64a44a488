/** What smoke says of Block Public Access in an account that only a stub of S3's API plays here. */
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Target } from '../../src/target.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';
import { openBuckets } from './buckets.ts';
import { policyStatus } from './smoke/checks.ts';

const target: Target = {
  target: 'staging',
  stage: 'staging',
  region: 'us-east-1',
  imageUrl: 'https://img.example.com',
  apiUrl: 'https://img.example.com/resize',
  websiteUrl: 'http://website.example.com',
  buckets: { originals: 'originals', derivatives: 'derivatives' },
  blocksPublicAccess: true,
  function: { name: 'resize', alias: 'live' },
  distributionId: 'E1',
};

let server: Server | undefined;
afterEach(() => server?.close());

/** S3 as it judges the policy of each bucket. */
async function s3That(judges: 'TRUE' | 'FALSE') {
  const asked: string[] = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end(`<PolicyStatus><IsPublic>${judges}</IsPublic></PolicyStatus>`);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  const credentialsFile = `${temporaryFolder()}/credentials`;
  writeFileSync(credentialsFile, '[stub]\naws_access_key_id = stub\naws_secret_access_key = stub\n');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, buckets: openBuckets({ ...target, s3: { endpoint, profile: 'stub', credentialsFile } }) };
}

test.each([
  ['FALSE', 'right'],
  ['TRUE', 'unsafe'],
] as const)(
  'a policy of which S3 says IsPublic %s is %s where Block Public Access stays on',
  async (judges, verdict) => {
    const { asked, buckets } = await s3That(judges);
    const smoke = { target, local: false, policyIsPublic: () => buckets.policyIsPublic() };
    const rows = await policyStatus(smoke as Parameters<typeof policyStatus>[0]);
    expect(rows.map((row) => row.verdict)).toEqual([verdict]);
    expect(asked).toEqual(['GET /derivatives/?policyStatus=']);
  },
);

test('without the option S3 is not asked', async () => {
  const { asked, buckets } = await s3That('TRUE');
  const { blocksPublicAccess: _, ...open } = target;
  const smoke = { target: open, local: false, policyIsPublic: () => buckets.policyIsPublic() };
  expect(await policyStatus(smoke as Parameters<typeof policyStatus>[0])).toEqual([]);
  expect(asked).toEqual([]);
});
