/** The Lambda's process is killed at each step of a request: nothing half-made stays, and the next viewer is served. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browse } from './browser.ts';
import { builtWith, type Mistake } from './built-with.ts';
import { type ChainUnderTest, startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import { coloured, colourOf } from './coloured-images.ts';

/** Where the process is killed: at a line of `src/resize-image.ts`, in a function that knows the request as `of`. */
const points = [
  { name: 'when-it-is-called', where: 'before', line: 'allowMethod(request.method);', of: 'request' },
  { name: 'with-the-plan', where: 'before', line: 'return await serve(work);', of: 'work' },
  { name: 'with-the-original-open', where: 'before', line: 'checkOriginalBytes(original.bytes', of: 'work' },
  {
    name: 'with-the-original-read',
    where: 'after',
    line: 'const bytes = await readOriginal(original, work);',
    of: 'work',
  },
  { name: 'with-the-derivative-made', where: 'before', line: 'const isStored = await store(', of: 'work' },
  { name: 'while-it-is-stored', where: 'during', line: 'const isStored = await store(', of: 'work' },
  { name: 'with-the-derivative-stored', where: 'before', line: "telemetry.measure('InBytes'", of: 'work' },
] as const;

/** Once for each point, which the key names: the process that takes its place must not be killed, too. */
const kill = (name: string, of: string) => `{
  const { existsSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const mark = process.cwd() + '/killed-${name}';
  if (${of}.key?.includes('${name}') && !existsSync(mark)) { writeFileSync(mark, ''); process.kill(process.pid, 'SIGKILL'); }
}`;

const mistakes: readonly Mistake[] = points.map(({ name, line, where, of }) => ({
  file: 'resize-image.ts',
  from: line,
  to: {
    before: `${kill(name, of)} ${line}`,
    after: `${line} ${kill(name, of)}`,
    // The call is under way: its first bytes are sent, and no answer has come.
    during: `setTimeout(() => ${kill(name, of)}, 20); ${line}`,
  }[where],
}));

describe('a process that is killed', () => {
  let under: ChainUnderTest;
  beforeAll(async () => {
    under = await startChainUnderTest({ codeDirectory: await builtWith(...mistakes), maxProcesses: 1 });
  }, startMilliseconds);
  afterAll(() => under?.stop());

  for (const { name } of points) {
    it(`${name.replaceAll('-', ' ')} leaves no derivative in part, and the next view is right`, async () => {
      const key = `${name}.jpg`;
      await under.putOriginal(key, await coloured('green'));
      const heal = under.chain.faults.add({
        operation: 'PutObject',
        key: '*/while-it-is-stored.jpg',
        times: 1,
        effect: { delayMilliseconds: 500 },
      });
      const killed = await browse(under.url('200x200', key));
      expect(killed.hops.map(({ status }) => status)).toEqual([307, 500]);
      heal();

      const stored = (await under.derivativeKeys()).filter((one) => one.endsWith(key));
      if (name === 'with-the-derivative-stored') expect(stored).toHaveLength(1);
      else if (name !== 'while-it-is-stored') expect(stored).toEqual([]);
      for (const one of stored) expect(await colourOf((await under.readDerivative(one)).bytes)).toBe('green');

      // CloudFront keeps the API's error for a second.
      under.pass(2);
      const next = await browse(under.url('200x200', key));
      expect(await colourOf(next.body)).toBe('green');
      expect(next.hops.map(({ status }) => status)).toEqual(stored.length > 0 ? [200] : [307, 301, 200]);
    });
  }
});
