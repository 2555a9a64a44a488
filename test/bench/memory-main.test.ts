/** `make bench` as a program, on kept results: what it writes, and how it ends. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { resultOf } from '../unit/bench/bench-result.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-main-'));
afterAll(() => rmSync(folder, { recursive: true }));

const kept = {
  steady: [100, 101, 102, 103, 104],
  noisy: [50, 100, 150, 250, 600],
  slow: [1200, 1210, 1220, 1230, 1240],
} as const;

function bench(...args: string[]) {
  const main = join(import.meta.dirname, '../../bench/memory/main.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  return { code: status, output: stdout, errors: stderr };
}

function benchFrom(name: keyof typeof kept, ...args: string[]) {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(resultOf({ warm: kept[name] })));
  return bench('--from', file, '--out', join(folder, `report-of-${name}`), ...args);
}

test.each([
  ['steady', 0, 'Take 768 MB on x64.'],
  ['noisy', 2, 'No conclusion: the median is only known to ±'],
  ['slow', 1, 'Nothing qualifies. 1,769 MB comes nearest, but jpeg-12mp 400x400 has a p95 of'],
] as const)('a %s measurement ends with code %i and says "%s"', (name, code, says) => {
  const ended = benchFrom(name);
  expect(ended.output).toContain(says);
  expect(ended.code).toBe(code);
  expect(ended.output).toContain(`${join(folder, `report-of-${name}`)}.html has the image`);
  expect(readFileSync(join(folder, `report-of-${name}.html`), 'utf8')).toContain(says);
  expect(readFileSync(join(folder, `report-of-${name}.svg`), 'utf8')).toContain('<svg');
});

test.each(['noisy', 'slow'] as const)('with --report a %s one does not fail', (name) => {
  expect(benchFrom(name, '--report').code).toBe(0);
});

test('nothing is written where there is no pick to write', () => {
  const file = join(import.meta.dirname, '../../infra/function-memory.json');
  const before = readFileSync(file, 'utf8');
  const { code, errors } = benchFrom('noisy', '--report', '--apply');
  expect(code).toBe(1);
  expect(errors).toContain('stays as it is: expected a measurement that concludes something');
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect(benchFrom('noisy', '--apply').code).toBe(2);
});

test('a kept result is read with what was assumed then, unless it is said anew', () => {
  expect(benchFrom('steady').output).toContain('S3 is assumed: a median of 60 ms');
  const { output } = benchFrom('steady', '--s3-latency', '200', '--hit-rate', '0.5');
  expect(output).toContain('S3 is assumed: a median of 200 ms to the first byte of a GET and again for a PUT, p95 2.5');
  expect(output).toContain('a million views at 50% hits');
});

test('help names every option and measures nothing', () => {
  const { code, output } = bench('--help');
  expect(code).toBe(0);
  for (const option of ['--photos', '--mix', '--cold-share', '--hit-rate', '--s3-latency', '--report', '--from']) {
    expect(output).toContain(option);
  }
});

describe('what cannot be measured is refused at once', () => {
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  test.each([
    [['--photos', '/nowhere'], '--photos is /nowhere: expected a folder with images'],
    [['--photos', import.meta.dirname], 'has no images: expected .jpg, .jpeg, .png, .webp, .avif, .gif'],
    [['--photos', dirname(file('broken.jpg', 'no image'))], 'broken.jpg cannot be read: expected an image'],
    [['--mix', '/nowhere.json'], '--mix is /nowhere.json: expected a file that can be read'],
    [['--mix', file('no.json', 'traffic')], 'is no JSON'],
    [['--mix', file('other.json', '[{ "photo": "jpeg-12mp", "preset": "1x1", "weight": 0 }]')], 'the preset "1x1"'],
    [['--from', '/nowhere.json'], '/nowhere.json is no result: expected a result that this make bench has kept'],
    [['--from', file('list.json', '[]')], 'expected a result that this make bench has kept'],
  ])('%j', (args, says) => {
    const { code, output, errors } = bench(...args, '--out', join(folder, 'refused'));
    expect(errors).toContain(says);
    expect(errors).not.toContain('    at ');
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(existsSync(join(folder, 'refused.html'))).toBe(false);
  });
});
