/** Every alarm has a runbook, with all headings, and commands and names that exist. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alarmNames, pageAlarm } from '../../dashboards/alarm.ts';
import { alarmsFor } from '../../dashboards/alarms.ts';
import { pagesFor } from '../../dashboards/pages.ts';
import { parseQuery } from '../../local/aws/cloudwatch/insights/parse-query.ts';
import { config } from '../../src/config.ts';
import { shipped } from '../unit/dashboards/shipped.ts';
import { templateOf } from './synthesized.ts';

const folder = join(import.meta.dirname, '../../docs/runbooks');
const procedures = ['roll-back-release', 'take-resizer-offline', 'game-day'];
const headings = ['Meaning', 'Is it real', 'Impact', 'Stop it', 'Find it', 'Verify', 'Escalate', 'Afterwards'];
const names = readdirSync(folder).map((file) => file.replace(/\.md$/, ''));
const runbooks = names.filter((name) => name !== 'README');
const read = (name: string) => readFileSync(join(folder, `${name}.md`), 'utf8');
const blocks = (text: string, language: string) =>
  [...text.matchAll(/^ *```(\w+) ?(\w*)\n([\s\S]*?)^ *```$/gm)]
    .filter(([, found]) => found === language)
    .map(([, , word = '', code = '']) => ({ word, code }));

const alarms = alarmsFor(shipped);
const outputs = Object.keys(templateOf({ withoutMonitoring: [] }).Outputs);
const shell = ['ENV', 'STACK', 'AWS_REGION', 'RANDOM'];

it('every alarm has a runbook of its name, and every runbook an alarm', () => {
  expect(runbooks.sort()).toEqual([...alarmNames, pageAlarm, ...procedures].sort());
});

describe.each(runbooks)('%s', (name) => {
  const text = read(name);
  const sections = new Map(
    [...text.matchAll(/^## (.+)\n([\s\S]*?)(?=^## |$(?![\s\S]))/gm)].map(([, title = '', body = '']) => [title, body]),
  );

  it('has all headings in the same order, each with text', () => {
    expect([...sections.keys()]).toEqual(headings);
    for (const [title, body] of sections) expect(body.trim().length, title).toBeGreaterThan(5);
  });

  it('begins with its name and the severity of its alarm', () => {
    const alarm = alarms.get(name as never);
    const kind = procedures.includes(name) ? 'Procedure' : alarm?.severity === 'ticket' ? 'Ticket' : 'Page';
    const title = kind === 'Procedure' ? '.+' : name;
    expect(text).toMatch(new RegExp(`^# ${title}\n\n\\*\\*${kind}\\.\\*\\* `));
  });

  it('has something to run to see whether it is real, and what to expect', () => {
    const body = sections.get('Is it real') ?? '';
    expect(body).toMatch(/```(?:insights|sh)|`make /);
    expect(body).toContain('Expected');
  });

  it('has queries that parse, on logs that exist', () => {
    for (const { word, code } of blocks(text, 'insights')) {
      expect(word).toMatch(/^(?:resize|api|edge|canary)$/);
      expect(() => parseQuery(code), code).not.toThrow();
    }
  });

  it('uses only variables that are outputs of the stack', () => {
    const commands = [
      ...blocks(text, 'sh').map(({ code }) => code),
      ...[...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code),
    ];
    const used = commands.flatMap((code) =>
      [...(code ?? '').matchAll(/\$([A-Za-z_]{3,})/g)].map(([, variable]) => variable),
    );
    expect(used.filter((variable) => ![...outputs, ...shell].includes(variable ?? ''))).toEqual([]);
  });

  it('names only settings that exist', () => {
    for (const [, path = ''] of text.matchAll(/config\.([a-z][A-Za-z0-9.<>]*[A-Za-z])/g)) {
      if (path === 'ts') continue;
      const parts = path.replace('<stage>', 'prod').split('.');
      const value = parts.reduce<unknown>(
        (inner, part) => (inner as Record<string, unknown> | undefined)?.[part],
        config,
      );
      expect(value, path).toBeDefined();
    }
  });

  it('names panels and lines that the dashboards have', () => {
    const panels = pagesFor(shipped).flatMap(({ rows }) => rows.flatMap((row) => row.panels));
    const labels = panels.flatMap((panel) => ('lines' in panel ? panel.lines.map(({ label }) => label) : []));
    const known = [...panels.map(({ title }) => title), ...labels, ...headings];
    const prose = text.replace(/```[\s\S]*?```|`[^`]*`|\*\*[^*]*\*\*/g, '');
    for (const [, named = ''] of prose.matchAll(/\*([^*]+)\*/g)) {
      const words = named.replaceAll('\n', ' ');
      expect(
        known.some((one) => one.startsWith(words)),
        words,
      ).toBe(true);
    }
  });
});

it('reads the variables from the outputs of the stack', () => {
  expect(outputs).toContain('DashboardUrl');
  expect(read('README')).toContain("'Stacks[0].Outputs[].[OutputKey,OutputValue]'");
});
