/** The Lambda's process is killed at each step of its way: nothing half-made stays, and the next viewer is served. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browse } from './browser.ts';
import { builtWith, type Mistake } from './built-with.ts';
import { type ChainUnderTest, startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import { coloured, colourOf } from './coloured-images.ts';

/** Where, and the line before or behind which the process is killed. */
const points: readonly { readonly name: string; readonly line: string; readonly where: 'before' | 'behind' }[] = [
  { name: 'when-it-is-called', line: 'allowMethod(request.method);', where: 'before' },
  { name: 'with-the-plan', line: 'telemetry.countPreset(path.preset.name);', where: 'before' },
  { name: 'before-the-store-is-asked', line: 'const { original, existing } = await look(', where: 'before' },
  { name: 'with-the-original-open', line: 'checkOriginalBytes(original.bytes, config.limits);', where: 'before' },
  { name: 'with-the-original-read', line: "const derivative = await telemetry.time('ResizeMs'", where: 'before' },
  { name: 'with-the-derivative-made', line: 'const stored = {', where: 'before' },
  { name: 'while-it-is-stored', line: "await telemetry.time('PutMs', () =>", where: 'behind' },
  { name: 'with-the-derivative-stored', line: "telemetry.count('Resized');", where: 'before' },
];

/** Once for each point, which the key names: the process that takes its place must not be killed, too. */
const kill = (name: string) => `{
  const { existsSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const mark = process.cwd() + '/killed-${name}';
  if (request.key?.includes('${name}') && !existsSync(mark)) { writeFileSync(mark, ''); process.kill(process.pid, 'SIGKILL'); }
}`;

const mistakes: readonly Mistake[] = points.map(({ name, line, where }) => ({
  file: 'resize-image.ts',
  from: line,
  to:
    where === 'before'
      ? `${kill(name)} ${line}`
      : // The call is under way: its first bytes are sent, and nothing has come back.
        `setTimeout(() => ${kill(name)}, 20); ${line}`,
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

      const next = await browse(under.url('200x200', key));
      expect(await colourOf(next.body)).toBe('green');
      expect(next.hops.map(({ status }) => status)).toEqual(stored.length > 0 ? [200] : [307, 301, 200]);
    });
  }
});
