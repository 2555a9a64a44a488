/** `make bench` as a program, on kept results. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  ['noisy', 2, 'No conclusion: '],
  ['slow', 1, 'No size qualifies. 1,769 MB comes nearest'],
] as const)('a %s measurement ends with code %i', (name, code, verdict) => {
  const ended = benchFrom(name);
  expect(ended.output).toMatch(new RegExp(`^\\*\\*${verdict}`));
  expect(ended.code).toBe(code);
  expect(ended.output).toContain(readFileSync(join(folder, `report-of-${name}.md`), 'utf8').trim());
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
  expect(errors).toContain('was not changed');
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect(benchFrom('noisy', '--apply').code).toBe(2);
});

test('a kept result is reported with the assumptions of then, unless they are given anew', () => {
  expect(benchFrom('steady').output).toContain('S3: a median of 60 ms');
  const { output } = benchFrom('steady', '--s3-latency', '80', '--hit-rate', '0.5');
  expect(output).toContain('S3: a median of 80 ms to the first byte of a GET and again for a PUT, p95 2.5');
  expect(output).toContain('a million views at 50% hits');
});

describe('a wrong argument is refused before anything is made or measured', () => {
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  test.each([
    ['a folder that is missing', ['--photos', '/nowhere'], '--photos is /nowhere: expected a folder with images'],
    ['a mix that is not JSON', ['--mix', file('no.json', 'traffic')], 'expected a JSON file'],
    ['a preset', ['--mix', file('a.json', '[{ "photo": "jpeg-2mp", "preset": "1x1", "weight": 1 }]')], '"1x1"'],
    ['another result', ['--from', file('list.json', '[]')], 'is not a result of this make bench'],
  ])('%s', (_, args, message) => {
    const { code, output, errors } = bench(...args, '--out', join(folder, 'refused'));
    expect(errors).toContain(message);
    expect(errors).not.toContain('    at ');
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(existsSync(join(folder, 'refused.md'))).toBe(false);
  });
});
