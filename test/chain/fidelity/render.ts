import { type Lag, lags, type Source } from '../../../local/aws/cloudwatch/publish/publisher.ts';
import { supportedProperties } from '../../../local/chain/supported.ts';
import { help } from '../../../local/dev/options.ts';
import { rows } from '../rows/diagnose.ts';
import type { Fact } from './collect-facts.ts';
import { otherNames } from './other-names.ts';
import { otherMechanisms, sectionOf, sections } from './sections.ts';

/** The generated parts of docs/fidelity.md, by the names of their places there. */
export function render(facts: readonly Fact[], testNames: ReadonlySet<string>): Readonly<Record<string, string>> {
  const all = [...facts, ...renamed(testNames)];
  const places = new Set([...sections.map(({ id }) => id), ...Object.keys(mechanisms)]);
  const homeless = all.filter(({ id }) => !places.has(sectionOf(id)));
  if (homeless.length > 0) {
    throw new Error(`test/chain/fidelity/sections.ts has no section for ${homeless.map(({ id }) => id).join(', ')}`);
  }
  const unshown = Object.keys(mechanisms).filter((id) => all.every((fact) => fact.id !== id));
  if (unshown.length > 0) throw new Error(`No test shows ${unshown.join(', ')}, nor says why the chain cannot`);
  return {
    summary: summary(all),
    switches: switches(),
    lags: lagTable(),
    facts: sections.map((section) => sectionTable(section, all)).join('\n\n'),
    catalogue: catalogue(all),
    'without-effect': withoutEffect(),
  };
}

function renamed(testNames: ReadonlySet<string>): Fact[] {
  const missing = otherNames.filter(({ test }) => !hasName(testNames, test)).map(({ test }) => test);
  if (missing.length > 0) {
    throw new Error(`test/chain/fidelity/other-names.ts names tests that are not there: ${missing.join('; ')}`);
  }
  return otherNames.map((fact) => ({ ...fact, subject: '' }));
}

/** Their own section may stand before the name. */
const hasName = (names: ReadonlySet<string>, name: string) =>
  [...names].some((one) => one.replace(/^§\S+ /, '').replace(/ \([^()]*\)$/, '') === name);

function summary(facts: readonly Fact[]): string {
  const count = (isSo: (here: string) => boolean) => facts.filter(({ here }) => isSo(here)).length;
  const lines = [
    `${facts.length} facts and rows: ${count(isEmulated)} emulated`,
    `${count((here) => here.startsWith('switch'))} that hang on a switch`,
    `${count((here) => here.startsWith('refused'))} refused by name`,
    `${count((here) => here.startsWith('not emulated'))} not emulated`,
    `${count((here) => here.startsWith('unknown'))} unknown on AWS.`,
  ];
  return lines.join(', ');
}

const isEmulated = (here: string) => here.startsWith('emulated');

/** As the command line explains them. */
function switches(): string {
  const [, list = ''] = help.split('Facts about AWS');
  const lines = [...list.matchAll(/^ +(--\S+) (\S+\|\S+) +(.*)$/gm)].map(([, name, settings = '', meaning = '']) => [
    meaning,
    `\`${name}\``,
    settings
      .split('|')
      .map((setting) => `\`${setting}\``)
      .join(' '),
  ]);
  return table(['unknown of AWS', 'option of `node local/dev/main.ts`', 'settings, the likely one first'], lines);
}

/** What each source of metrics is allowed to take here. */
function lagTable(): string {
  const names: Readonly<Record<Source, string>> = {
    cloudFront: '`AWS/CloudFront`, of distributions and of functions',
    metricFilter: 'metric filters: `EdgeRedirects`, `ApiThrottled`',
    apiGateway: '`AWS/ApiGateway`',
    lambda: '`AWS/Lambda`',
    embeddedMetrics: 'lines of metrics (EMF) of the Lambda and of the canary',
    logs: '`AWS/Logs`',
  };
  const rows = Object.entries<Lag>(lags).map(([source, { leastMinutes, mostMinutes }]) => [
    names[source as Source],
    leastMinutes === mostMinutes ? `${leastMinutes}` : `${leastMinutes} to ${mostMinutes}`,
  ]);
  return table(['metrics', 'minutes after the minute that they are of'], rows);
}

function sectionTable({ id, title, pages }: (typeof sections)[number], facts: readonly Fact[]): string {
  const own = facts.filter((fact) => sectionOf(fact.id) === id);
  const from = pages.length > 0 ? `${pages.map((page) => `"${page}"`).join(', ')}\n\n` : '';
  const body = [...own].sort(bySubject).map(({ id, subject, sentence, here, file }) => {
    const number = id.startsWith('§8-') ? `${id.replace('§8-', '')}. ` : '';
    const about = subject && !isPart(subject) ? `*${plain(subject)}*: ` : '';
    return [`${number}${about}${plain(sentence)}`, here, `\`test/${file}\``];
  });
  return `### ${id} ${title}\n\n${from}${table(['fact', 'here', 'test'], body)}`;
}

/** A function's or a file's name says nothing of AWS. */
const isPart = (subject: string) => /\(\)|emulator|not emulated|refuses by name|catalogue/.test(subject);

function bySubject(a: Fact, b: Fact): number {
  return (
    rank(a) - rank(b) || compare(a.file, b.file) || compare(a.subject, b.subject) || compare(a.sentence, b.sentence)
  );
}

const rank = ({ id, here }: Fact) =>
  Number(id.match(/^§8-(\d+)$/)?.[1] ?? 0) * 10 + (here.startsWith('not emulated') ? 1 : 0);

/** By code unit: a locale would give another order on another machine. */
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const mechanisms: Readonly<Record<string, string>> = {
  ...Object.fromEntries(rows.map(({ id, mechanism }) => [id, mechanism])),
  ...otherMechanisms,
};

function catalogue(facts: readonly Fact[]): string {
  const ids = Object.keys(mechanisms).sort(
    (a, b) => 'LWER'.indexOf(a[0] ?? '') - 'LWER'.indexOf(b[0] ?? '') || Number(a.slice(1)) - Number(b.slice(1)),
  );
  const lines = ids.flatMap((id) =>
    facts
      .filter((fact) => fact.id === id)
      .sort(bySubject)
      .map(({ sentence, here, file }, index) => [
        ...(index === 0 ? [id, mechanisms[id] ?? ''] : ['', '']),
        plain(sentence),
        here,
        `\`test/${file}\``,
      ]),
  );
  return table(['row', 'what goes wrong', 'shown by', 'here', 'test'], lines);
}

function withoutEffect(): string {
  const lines = Object.entries(supportedProperties)
    .sort(([a], [b]) => compare(a, b))
    .flatMap(([type, { properties }]) => {
      const reasons = new Map<string, string[]>();
      for (const [property, effect] of Object.entries(properties)) {
        if (effect.effect === 'none') reasons.set(effect.why, [...(reasons.get(effect.why) ?? []), property]);
      }
      return [...reasons].map(([why, names]) => [`\`${type}\``, names.map(readable).join(', '), why]);
    });
  return table(['type', 'property', 'why it has no effect here'], lines);
}

/** `**` stands for everything below, `*` for each item of a list. */
const readable = (path: string) =>
  path === '**' ? 'all' : `\`${path.replace(/\.\*\*$/, '').replaceAll('.*', '[]')}\``;

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...lines.map(row)].join('\n');
}

/** Signs of Markdown that are signs of a path or of a name here. */
const plain = (text: string) => text.replace(/%\d\$[a-z]/g, '…').replace(/[*_]/g, '\\$&');

const escaped = (cell: string) =>
  cell
    .replaceAll('|', '\\|')
    .replaceAll('\n', '⏎')
    .replace(/<(?=[a-z])/g, '&lt;');
