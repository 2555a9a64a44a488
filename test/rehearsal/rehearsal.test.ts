/** One incident in a running chain, played and told as `make rehearse` does it, and left standing as with INCIDENT=. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findIncident } from '../../local/rehearse/incidents.ts';
import { judge } from '../../local/rehearse/judge.ts';
import { matrix } from '../../local/rehearse/matrix.ts';
import { tell } from '../../local/rehearse/progress.ts';
import { rehearse } from '../../local/rehearse/rehearsal.ts';
import { synthesizedTemplate } from '../fixtures/synthesized-template.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';

/** Building and synthesizing may come first, and the machine may be busy. */
const patient = 600_000;
const name = 'secret-drift';
/** Costs least: nothing is made while it stands. */
const incident = findIncident(name);

it('an incident turns its own alarms red, and all are OK again once it is healed', { timeout: patient }, async () => {
  const lines: string[] = [];
  const templateFile = await synthesizedTemplate('staging');
  const rehearsal = await rehearse(
    incident,
    { templateFile },
    tell(name, incident, (line) => lines.push(line)),
  );
  expect(judge(incident, rehearsal)).toEqual([]);
  expect(judge({ pages: ['redirect-loop'], tickets: [] }, rehearsal)).not.toEqual([]);
  const story = ['0 min  broken', 'edge-forbidden is red, page', '0 min  healed', 'edge-forbidden is OK'];
  const chapters = story.map((text) => lines.findIndex((line) => line.includes(text)));
  expect(chapters).not.toContain(-1);
  expect(chapters).toEqual(chapters.toSorted((a, b) => a - b));
  expect(matrix([{ name, incident, rehearsal }])).toMatch(/\| \[edge-forbidden\]\(runbooks\/edge-forbidden\.md\) \d+/);
});

it('an incident that is left standing is healed by an interrupt', { timeout: patient }, async () => {
  const main = join(import.meta.dirname, '../../local/rehearse/main.ts');
  const targetFile = join(temporaryFolder(), 'target.json');
  const options = [
    '--target',
    targetFile,
    '--stand',
    name,
    '--port',
    '0',
    '--pace',
    '100000',
    '--template',
    await synthesizedTemplate('staging'),
  ];
  const child = spawn(process.execPath, [main, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text;
    if (told.includes('edge-forbidden is red') && !child.killed) child.kill('SIGINT');
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(told).toMatch(/look: http:\/\/127\.0\.0\.1:\d+\/_console\//);
  expect(told).toMatch(/healed\n(.*\n)*.*service-unhealthy is OK/);
  expect(code).toBe(0);
});
