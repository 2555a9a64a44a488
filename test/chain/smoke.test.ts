/** `make smoke` itself: it passes a sound chain, and names a fault with its remedy. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../local/temporary-folder.ts';
import {
  type ChainUnderTest,
  type ChainUnderTestOptions,
  startChainUnderTest,
  startMilliseconds,
} from './chain-under-test.ts';
import { coloured } from './coloured-images.ts';
import type { Tree } from './template-change.ts';

const program = join(import.meta.dirname, 'smoke.ts');
const targetFile = join(temporaryFolder(), 'target.json');

/** `unsafe`: what the last line names. */
function smoke(...words: string[]): Promise<{ exitCode: number; output: string; unsafe: string[] }> {
  const args = [program, ...(words.includes('--target') ? [] : ['--target', targetFile]), ...words];
  return new Promise((done) => {
    execFile(process.execPath, args, (error, text, complaints) => {
      const output = text + complaints;
      const unsafe = /^Not safe: (.*)\.$/m.exec(output)?.[1]?.split('; ') ?? [];
      done({ exitCode: error ? Number(error.code) : 0, output, unsafe });
    });
  });
}

describe.each(['image-host', 'own-host'] as const)(
  'make smoke on the shipped chain with the API on its %s',
  (apiOn) => {
    let under: ChainUnderTest;
    beforeAll(async () => {
      under = await startChainUnderTest({ targetFile, apiOn });
    }, startMilliseconds);
    afterEach(() => under.chain.setSwitch('locationEncoding', 'twice'));
    afterAll(() => under?.stop());

    it('calls it safe, and leaves nothing there', { timeout: startMilliseconds }, async () => {
      const { exitCode, output } = await smoke();
      expect(output).not.toContain('UNSAFE');
      expect(output).toMatch(/\nSafe: \d+ rows, none of them wrong\.\n/);
      expect(exitCode).toBe(0);
      expect(await under.derivativeKeys()).toEqual([]);
    });

    // On the image host the edge writes keys, whatever S3 does.
    it.runIf(apiOn === 'own-host').each(['none', 'once', 'form'] as const)(
      'names the line to set where S3 writes keys as %s and the Lambda reads them encoded twice',
      { timeout: startMilliseconds },
      async (locationEncoding) => {
        under.chain.setSwitch('locationEncoding', locationEncoding);
        const { exitCode, output, unsafe } = await smoke();
        expect(output).toContain(`set locationEncoding: '${locationEncoding}' in src/config.ts and deploy`);
        expect(unsafe).toEqual(['how S3 writes keys into Location', 'views of ten odd keys']);
        expect(exitCode).toBe(1);
      },
    );

    it('looks at an original that is there, and says when it is not', { timeout: startMilliseconds }, async () => {
      await under.putOriginal('ann.jpg', await coloured('red'));
      expect(await smoke('--key', 'ann.jpg')).toMatchObject({ exitCode: 0, unsafe: [] });
      expect(await under.derivativeKeys()).toEqual(['200x200/ann.jpg']);
      const missing = await smoke('--key', 'nobody.jpg');
      expect(missing.output).toContain('seen      refused: 307, 404');
      expect(missing).toMatchObject({ exitCode: 1, unsafe: ['a view of nobody.jpg'] });
    });
  },
);

interface Broken extends ChainUnderTestOptions {
  readonly how: string;
  readonly unsafe: readonly string[];
  readonly says: string;
}

const broken: readonly Broken[] = [
  {
    how: 'a redirect that the edge keeps',
    change: ({ cache }) => Object.assign(cache, { DefaultTTL: 86_400 }),
    switches: { redirectCaching: 'legacy' },
    unsafe: [
      'a first view',
      'a later view',
      'the 307, asked for twice',
      'HEAD of an image that is not made yet',
      'a query behind the address',
    ],
    says: 'check the cache policy: minimum and default TTL must be 0',
  },
  {
    how: 'a website that answers everybody',
    change({ websitePolicy }) {
      for (const statement of websitePolicy.Statement) delete statement.Condition;
    },
    unsafe: ['the website endpoint without the secret'],
    says: 'check the Referer condition of the bucket policy',
  },
  {
    how: 'a role that may not list the originals',
    change({ role, ids }) {
      const listing = role.Statement.find(({ Action }: Tree) => Action === 's3:ListBucket');
      listing.Resource = listing.Resource.filter((resource: Tree) => resource['Fn::GetAtt'][0] !== ids.originals);
    },
    unsafe: ['an original that does not exist'],
    says: 'the role lacks s3:ListBucket on the originals',
  },
];

describe('make smoke finds', () => {
  it.each(broken)('$how', { timeout: startMilliseconds }, async ({ how: _, unsafe, says, ...options }) => {
    const under = await startChainUnderTest({ ...options, targetFile });
    try {
      const seen = await smoke();
      expect(seen.unsafe, seen.output).toEqual(unsafe);
      expect(seen.output).toContain(`do        ${says}`);
      expect(seen.exitCode).toBe(1);
    } finally {
      await under.stop();
    }
  });
});

describe('make smoke', () => {
  it('says which target it did not find', async () => {
    const { exitCode, output } = await smoke('--target', 'nowhere');
    expect(output).toContain('TARGET is "nowhere": expected');
    expect(exitCode).toBe(1);
  });
});
