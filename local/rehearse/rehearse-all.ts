import { findIncident } from './incidents.ts';
import { judge } from './judge.ts';
import { matrix, type Played } from './matrix.ts';
import type { RehearsalOptions } from './options.ts';
import { tell } from './progress.ts';
import { rehearse } from './rehearsal.ts';
import { docsPage, isWritten, writeMatrix } from './write-docs.ts';

/** One incident after the other, each in a chain of its own. Whether all went as expected. */
export async function rehearseAll(options: RehearsalOptions, say: (line: string) => void): Promise<boolean> {
  const { names, isFull, write, templateFile, pace } = options;
  const begun = performance.now();
  const played: Played[] = [];
  const problems: string[] = [];
  for (const name of names) {
    const incident = findIncident(name);
    const rehearsal = await rehearse(
      incident,
      { templateFile, ...(pace === undefined ? {} : { pace }) },
      tell(name, incident, say),
    );
    played.push({ name, incident, rehearsal });
    for (const problem of judge(incident, rehearsal)) {
      problems.push(`${name}: ${problem}`);
      say(`  WRONG   ${problem}`);
    }
  }
  const table = matrix(played);
  say(`\n${table}\n`);
  say(`${names.length} rehearsed in ${Math.round((performance.now() - begun) / 1000)} seconds`);
  for (const problem of problems) say(`WRONG  ${problem}`);
  if (problems.length > 0) return false;
  say('All alarms turned red that should, in time, no others, and all are OK again.');
  if (write) writeMatrix(table);
  if (isFull)
    say(isWritten(table) ? `${docsPage} says the same.` : `${docsPage} says something else: make rehearse WRITE=1`);
  return true;
}
