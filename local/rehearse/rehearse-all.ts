import { rehearseInThread } from './in-thread.ts';
import { findIncident } from './incidents.ts';
import { judge } from './judge.ts';
import { docsPage, isWritten, matrix, type Played, writeMatrix } from './matrix.ts';
import type { RehearsalOptions } from './options.ts';

type Say = (line: string) => void;

/** Each incident in a chain of its own, some at a time. Whether all went as expected. */
export async function rehearseAll(options: RehearsalOptions, say: Say, signal: AbortSignal): Promise<boolean> {
  const { isFull, write } = options;
  const begun = performance.now();
  const played = await playAll(options, say, signal);
  const table = matrix(played);
  say(`\n${table}\n`);
  say(`${played.length} rehearsed in ${Math.round((performance.now() - begun) / 1000)} seconds`);
  const problems = played.flatMap(problemsOf);
  for (const problem of problems) say(`WRONG  ${problem}`);
  if (problems.length > 0) return false;
  say('All alarms turned red that should, in time, no others, and all are OK again.');
  if (write) writeMatrix(table);
  if (isFull)
    say(isWritten(table) ? `${docsPage} says the same.` : `${docsPage} says something else: make rehearse WRITE=1`);
  return true;
}

/** Long ones first, so that none is left alone in the end. In the order of their names' table again. */
async function playAll(options: RehearsalOptions, say: Say, signal: AbortSignal): Promise<readonly Played[]> {
  const { names, atOnce, templateFile, pace } = options;
  const waiting = [...names].sort((a, b) => findIncident(b).minutes - findIncident(a).minutes);
  const played = new Map<string, Played>();
  const scene = { templateFile, ...(pace === undefined ? {} : { pace }) };

  async function playOneAfterTheOther(): Promise<void> {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const rehearsal = await rehearseInThread({ name, options: scene }, say, signal);
      const one = { name, incident: findIncident(name), rehearsal };
      played.set(name, one);
      for (const problem of problemsOf(one)) say(`WRONG  ${problem}`);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, playOneAfterTheOther));
  return names.flatMap((name) => played.get(name) ?? []);
}

function problemsOf({ name, incident, rehearsal }: Played): readonly string[] {
  return judge(incident, rehearsal).map((problem) => `${name}: ${problem}`);
}
