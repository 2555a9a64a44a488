/** `make smoke`: checks a running chain hop by hop. See `help` below. */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { followRedirects } from '../../src/follow-redirects.ts';
import { isLocal, readTarget } from '../../src/target.ts';
import { openBuckets } from './buckets.ts';
import { checkExisting, checks, type Smoke } from './smoke/checks.ts';
import { printRow, type Row } from './smoke/row.ts';

const help = `make smoke TARGET=local|staging|prod|FILE [KEY=<key of an original>]

Uploads images below loadtest/smoke-<id>/, views them as viewers do, shows what was expected and what was seen, and
takes everything away again. Ends with 1 when the chain is not safe. With KEY, which needs no credentials, it looks at
an original that is there.`;

const { values } = parseArgs({
  options: { target: { type: 'string', default: 'local' }, key: { type: 'string' }, help: { type: 'boolean' } },
});

async function main(): Promise<void> {
  if (values.help) return console.log(help);
  const target = readTarget(values.target || 'local');
  const buckets = openBuckets(target);
  const prefix = `loadtest/smoke-${randomBytes(4).toString('hex')}/`;
  const image = await sharp({
    create: {
      width: 320,
      height: 240,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
    .jpeg()
    .toBuffer();
  const hosts = [target.imageUrl, target.apiUrl, target.apiOwnUrl ?? target.apiUrl, target.websiteUrl].map(
    (url) => new URL(url).host,
  );
  const smoke: Smoke = {
    target,
    local: isLocal(target),
    followRedirects: (url, options) => followRedirects(url, fetch, { hosts, ...options }),
    upload: async (name) => {
      await buckets.upload(`${prefix}${name}`, image);
      return `${prefix}${name}`;
    },
    policyIsPublic: () => buckets.policyIsPublic(),
    wait: (milliseconds) => wait(milliseconds),
  };

  console.log(`${target.imageUrl} (${target.target})\n`);
  const rows: Row[] = [];
  const show = (more: readonly Row[]) => {
    rows.push(...more);
    for (const row of more) console.log(printRow(row));
  };
  if (values.key) show(await checkExisting(smoke, values.key));
  else {
    try {
      for (const check of checks) show(await check(smoke));
    } finally {
      await cleanUp(buckets, prefix);
    }
  }
  conclude(rows);
}

async function cleanUp(buckets: ReturnType<typeof openBuckets>, prefix: string): Promise<void> {
  const originals = await buckets.remove('originals', prefix);
  const derivatives = await buckets.remove('derivatives', `200x200/${prefix}`);
  console.log(`\nTaken away: ${originals} originals and ${derivatives} derivatives of this run.`);
}

function conclude(rows: readonly Row[]): void {
  const unsafe = rows.filter(({ verdict }) => verdict === 'unsafe');
  process.exitCode = unsafe.length === 0 ? 0 : 1;
  console.log(
    unsafe.length === 0
      ? `Safe: ${rows.length} rows, none of them wrong.`
      : `Not safe: ${unsafe.map(({ what }) => what).join('; ')}.`,
  );
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
