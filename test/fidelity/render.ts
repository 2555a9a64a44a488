import { markdownTable } from 'markdown-table';
import { type Lag, lags, type Source } from '../../local/aws/cloudwatch/publish/publisher.ts';
import { label } from '../../local/aws/template/check-support.ts';
import { supportedProperties } from '../../local/chain/read-parts.ts';
import { help } from '../../local/dev/options.ts';
import { rows } from '../chain/rows/diagnose.ts';
import { type Fact, otherRows, type Section, sections } from './facts.ts';

/** Returns the generated parts of docs/fidelity.md by name. */
export function renderFidelity(): Readonly<Record<string, string>> {
  return {
    summary: summary(sections.flatMap(({ facts }) => facts)),
    switches: switches(),
    lags: lagTable(),
    facts: sections.map(sectionTable).join('\n\n'),
    catalogue: catalogue(),
    'without-effect': withoutEffect(),
  };
}

function summary(facts: readonly Fact[]): string {
  const count = (status: Fact['status']) => facts.filter((fact) => fact.status === status).length;
  return `${facts.length} facts: ${count('emulated')} emulated, ${count('switch')} with a switch, ${count('refused')} refused by name, ${count('left out')} left out, ${count('assumed')} assumed.`;
}

function sectionTable({ title, sources, facts }: Section): string {
  const lines = facts.map(({ sentence, status, note, test }) => [
    sentence,
    note === undefined ? status : status === 'refused' ? `${status} ${note}` : `${status}: ${note}`,
    test === undefined ? '' : `\`test/${test}\``,
  ]);
  return `### ${title}\n\n${sources.map((source) => `"${source}"`).join(', ')}\n\n${table(['fact', 'here', 'test'], lines)}`;
}

/** From the help text of the command line. */
function switches(): string {
  const [, list = ''] = help.split('Facts about AWS');
  const lines = [...list.matchAll(/^ +(--\S+) (\S+\|\S+) +(.*)$/gm)].map(
    ([, name = '', settings = '', meaning = '']) => [
      meaning,
      `\`${name}\``,
      settings
        .split('|')
        .map((setting) => `\`${setting}\``)
        .join(' '),
    ],
  );
  return table(['unknown fact', 'option', 'settings, the likely one first'], lines);
}

function lagTable(): string {
  const names: Readonly<Record<Source, string>> = {
    cloudFront: '`AWS/CloudFront`',
    metricFilter: 'metric filters',
    apiGateway: '`AWS/ApiGateway`',
    lambda: '`AWS/Lambda`',
    sqs: '`AWS/SQS`',
    embeddedMetrics: 'embedded metrics of the Lambda and the canary',
    logs: '`AWS/Logs`',
  };
  const lines = Object.entries<Lag>(lags).map(([source, { leastMinutes, mostMinutes }]) => [
    names[source as Source],
    leastMinutes === mostMinutes ? `${leastMinutes}` : `${leastMinutes} to ${mostMinutes}`,
  ]);
  return table(['metrics', 'minutes after their minute'], lines);
}

const suites: Readonly<Record<string, string>> = { L: 'loops', W: 'wrong-answers', E: 'dead-ends', R: 'dead-ends' };

function catalogue(): string {
  const diagnosed = rows.map(({ id, mechanism }) => {
    return { id, mechanism, shownBy: `\`test/chain/${suites[id.charAt(0)]}.test.ts\`` };
  });
  const order = ({ id }: { readonly id: string }) => 'LWER'.indexOf(id.charAt(0)) * 100 + Number(id.slice(1));
  const lines = [...diagnosed, ...otherRows]
    .sort((one, other) => order(one) - order(other))
    .map(({ id, mechanism, shownBy }) => [id, mechanism, shownBy]);
  return table(['row', 'what goes wrong', 'shown by'], lines);
}

function withoutEffect(): string {
  const reasons = new Map<string, string[]>();
  for (const [type, { properties }] of Object.entries(supportedProperties)) {
    for (const [property, effect] of Object.entries(properties)) {
      if (effect.effect === 'emulated' || effect === label) continue;
      const path = property === '**' ? type : `${type} ${property.replace(/\.\*\*$/, '').replaceAll('.*', '[]')}`;
      reasons.set(effect.why, [...(reasons.get(effect.why) ?? []), `\`${path.replace('AWS::', '')}\``]);
    }
  }
  const lines = [...reasons].sort().map(([why, names]) => [why, names.join(', ')]);
  return table(['why it has no effect', 'properties'], lines);
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const escaped = lines.map((line) => line.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<img>', '`<img>`')));
  return markdownTable([head, ...escaped], { alignDelimiters: false, padding: true });
}
