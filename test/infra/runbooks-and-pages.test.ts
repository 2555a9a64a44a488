/** Every alarm has a runbook, with all headings, and commands and names that exist. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alarmNames, pageAlarm } from '../../dashboards/alarm.ts';
import { pagesFor } from '../../dashboards/pages.ts';
import { testPage } from '../../infra/commands/test-page.ts';
import type { Environment } from '../../infra/environments.ts';
import type { Aws } from '../../infra/preflight/aws-cli.ts';
import { alarmEndpointProblems } from '../../infra/preflight/check-alarm-endpoint.ts';
import { known } from '../../infra/preflight/facts.ts';
import { parseQuery } from '../../local/aws/cloudwatch/insights/parse-query.ts';
import { config } from '../../src/config.ts';
import { shipped } from '../unit/dashboards/shipped.ts';
import { plainStaging, templateOf } from './synthesized.ts';

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

const stackOutputs = Object.keys(templateOf({ withoutMonitoring: [], purge: true }).Outputs);
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

  it('has queries that parse, on logs that exist', () => {
    for (const { word, code } of blocks(text, 'insights')) {
      expect(word).toMatch(/^(?:resize|api|edge|canary|purge)$/);
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
    expect(used.filter((variable) => ![...stackOutputs, ...shell].includes(variable ?? ''))).toEqual([]);
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

const topic = 'arn:aws:sns:us-east-1:123456789012:pages';
const watched: Environment = { ...plainStaging, withoutMonitoring: [], alarmEndpoint: { email: 'oncall@example.com' } };
const outputs = { PageTopic: topic, PageAlarm: 'ResizeOnMiss-staging-service-unhealthy' };

/** An account whose answers are known; what it was asked to do is noted. */
function account({
  subscriptions = [`${topic}:1`],
  state = 'OK',
  pages = true,
}: {
  subscriptions?: readonly string[];
  state?: string;
  pages?: boolean;
} = {}) {
  const done: string[] = [];
  const aws: Aws = (args) => {
    const [service, command] = args;
    switch (`${service} ${command}`) {
      case 'cloudformation describe-stacks': {
        const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
        return known({ Stacks: [{ Outputs }] });
      }
      case 'sns list-subscriptions-by-topic':
        return known({ Subscriptions: subscriptions.map((SubscriptionArn) => ({ SubscriptionArn })) });
      case 'cloudwatch describe-alarms':
        return known({ CompositeAlarms: [{ StateValue: state }] });
      case 'cloudwatch set-alarm-state':
        done.push(args.join(' '));
        return known(undefined);
      case 'cloudwatch describe-alarm-history': {
        const old = { Timestamp: '2026-11-01T00:00:00Z', HistorySummary: 'of last month' };
        const now = { Timestamp: '2026-11-25T00:00:05Z', HistorySummary: `Successfully executed action ${topic}` };
        return known({ AlarmHistoryItems: done.length > 0 && pages ? [now, old] : [old] });
      }
      default:
        return { known: false, reason: `not foreseen: ${args.join(' ')}` };
    }
  };
  return { aws, done };
}

const quickly = { wait: () => Promise.resolve(), tries: 3 };

describe('a deploy', () => {
  const prod: Environment = { ...watched, stage: 'prod' };
  const { alarmEndpoint: _, ...unheard } = watched;

  it('stops in prod without an endpoint, and notes it in staging', () => {
    const { aws } = account();
    expect(alarmEndpointProblems(aws, { ...unheard, stage: 'prod' })).toEqual([
      { severity: 'stop', line: expect.stringContaining('set alarmEndpoint of prod in infra/environments.ts') },
    ]);
    expect(alarmEndpointProblems(aws, unheard)).toEqual([
      { severity: 'note', line: expect.stringContaining('staging') },
    ]);
  });

  it('notes that the endpoint has not confirmed', () => {
    const [problem, ...others] = alarmEndpointProblems(account({ subscriptions: ['PendingConfirmation'] }).aws, prod);
    expect(problem).toMatchObject({ severity: 'note' });
    expect(problem?.line).toMatch(/oncall@example\.com .*"make page-test ENV=prod"/);
    expect(others).toEqual([]);
  });

  it('has nothing to say once it has, or before the first deploy', () => {
    expect(alarmEndpointProblems(account().aws, prod)).toEqual([]);
    const never: Aws = () => ({ known: false, reason: 'Stack with id ResizeOnMiss-prod does not exist' });
    expect(alarmEndpointProblems(never, prod)).toEqual([]);
  });

  it('is told that prod has no alarms', () => {
    const problems = alarmEndpointProblems(account().aws, { ...prod, withoutMonitoring: ['alarms'] });
    expect(problems).toEqual([{ severity: 'note', line: expect.stringContaining('prod has no alarms') }]);
  });
});

describe('make page-test', () => {
  it('sets one alarm to red, and shows what CloudWatch handed to SNS after that', async () => {
    const { aws, done } = account();
    const result = await testPage(aws, watched, outputs, quickly);
    expect(done).toEqual([
      expect.stringMatching(
        /--alarm-name ResizeOnMiss-staging-api-throttled --state-value ALARM --state-reason A test/,
      ),
    ]);
    expect(result).toEqual({
      alarm: outputs.PageAlarm,
      action: `Successfully executed action ${topic}`,
      at: '2026-11-25T00:00:05Z',
    });
  });

  it.each([
    ['nobody listens', { subscriptions: [] }, 'Pages of staging notify nobody'],
    ['it is red already', { state: 'ALARM' }, 'is ALARM now'],
  ])('does nothing when %s', async (_, state, message) => {
    const { aws, done } = account(state);
    await expect(testPage(aws, watched, outputs, quickly)).rejects.toThrow(message);
    expect(done).toEqual([]);
  });

  it('fails when no page leaves', async () => {
    const { aws } = account({ pages: false });
    await expect(testPage(aws, watched, outputs, quickly)).rejects.toThrow('sent nothing to SNS within 15 seconds');
  });
});
