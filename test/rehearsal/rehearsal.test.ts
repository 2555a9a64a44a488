/** One incident in a running chain, rehearsed and practised. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findIncident } from '../../local/rehearse/incidents.ts';
import { judge, matrix } from '../../local/rehearse/judge.ts';
import { type Reporter, rehearse } from '../../local/rehearse/rehearsal.ts';
import { synthesizedTemplate } from '../fixtures/synthesized-template.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';

/** A build and a synth may come first, and the machine may be busy. */
const patient = 600_000;
const name = 'secret-drift';
/** The cheapest: no derivative is made while it lasts. */
const incident = findIncident(name);

it('an incident turns its own alarms red, and all are OK again after the repair', { timeout: patient }, async () => {
  const events: string[] = [];
  const reporter: Reporter = {
    started: () => events.push('started'),
    injected: () => events.push('injected'),
    transition: ({ alarm, isRed }) => events.push(`${alarm} ${isRed ? 'red' : 'OK'}`),
    repaired: () => events.push('repaired'),
  };
  const rehearsal = await rehearse(incident, { templateFile: await synthesizedTemplate('staging') }, reporter);
  expect(judge(incident, rehearsal)).toEqual([]);
  expect(judge({ pages: ['redirect-loop'], tickets: [] }, rehearsal)).not.toEqual([]);
  const order = ['started', 'injected', 'edge-forbidden red', 'repaired', 'edge-forbidden OK'];
  expect(events.filter((event) => order.includes(event))).toEqual(order);
  expect(matrix([{ name, incident, rehearsal }])).toMatch(/\[edge-forbidden\]\(runbooks\/edge-forbidden\.md\)\** \d+/);
});

it('an incident that is kept active is repaired by an interrupt', { timeout: patient }, async () => {
  const main = join(import.meta.dirname, '../../local/rehearse/main.ts');
  const target = join(temporaryFolder(), 'target.json');
  const template = await synthesizedTemplate('staging');
  const options = ['--target', target, '--incident', name, '--port', '0', '--pace', '100000', '--template', template];
  const child = spawn(process.execPath, [main, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.includes('edge-forbidden is red') && !child.killed) child.kill('SIGINT');
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(output).toMatch(/http:\/\/127\.0\.0\.1:\d+\/_console\//);
  expect(output).toMatch(/repaired\n(.*\n)*.*service-unhealthy is OK/);
  expect(code).toBe(0);
});
