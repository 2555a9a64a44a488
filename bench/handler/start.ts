/** (c) From the start of a process until the handler can be called: one bundle against packages in node_modules. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { interleave } from '../interleave.ts';
import { compileProgram } from '../programs.ts';
import type { Effort } from './effort.ts';
import { type Row, ratioRow } from './rows.ts';
import type { Store } from './store.ts';

const probe = `
const { handler } = await import(process.argv[1]);
if (typeof handler !== 'function') throw new Error('There is no handler');
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ wall: performance.now(), cpu: (user + system) / 1000 }));
`;

export async function measureStart(effort: Effort, store: Store, bundle: string): Promise<Row[]> {
  const unbundled = await compileProgram(join(import.meta.dirname, '../../src/handler.ts'));
  const env = { PATH: process.env.PATH, ...effort.variables, ...store.variables };
  const starter = (file: string) => async (): Promise<{ wall: number; cpu: number }> => {
    const options = ['--input-type=module', '--eval', probe, pathToFileURL(file).href];
    return JSON.parse(execFileSync(process.execPath, options, { env, encoding: 'utf8' }));
  };

  effort.say(`(c) ${effort.starts} starts of each`);
  const contestants = [starter(bundle), starter(unbundled)];
  // Files come from memory from now on.
  await interleave(contestants, 2);
  const [ours = [], theirs = []] = await interleave(contestants, effort.starts);
  const row = (what: string, pick: (start: { wall: number; cpu: number }) => number, aim: { aim?: number }) =>
    ratioRow({ goal: 'c', what, ours: ours.map(pick), theirs: theirs.map(pick), unit: 'ms', ...aim });
  return [
    row('start to ready, bundle / node_modules, CPU', ({ cpu }) => cpu, { aim: 0.75 }),
    row('the same, by the clock', ({ wall }) => wall, {}),
  ];
}
