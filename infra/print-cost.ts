/** `make cost`: prints what a month costs at three sizes, with the arithmetic of every line. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { type Capacity, config } from '../src/config.ts';
import { allowedPresets } from '../src/core/presets.ts';
import { purgeMegabytes } from './constructs/purge.ts';
import {
  type Assumptions,
  attackCost,
  type CostLine,
  dollars,
  dollarsAfterFree,
  edgeCost,
  monthlyCost,
  purgeCost,
  refusedCallsCost,
} from './cost.ts';
import { countMonitoring } from './count-monitoring.ts';
import { environments, purgeOffReason } from './environments.ts';
import memory from './function-memory.json' with { type: 'json' };
import { prices, pricesDated } from './prices.ts';

const environment = environments.find(({ stage }) => stage === 'prod');
if (!environment) throw new Error('infra/environments.ts has no prod');

/** The defaults. Shares and bytes are those of profile images; measure yours. */
export const assumed: Assumptions = {
  coldShare: 0.02,
  hitShare: config.objectives.hitRate,
  // Of the simulation at 10,000 views a second (docs/scale.md).
  shieldHitShare: environment.originShield ? 0.8 : 0,
  shieldShare: environment.originShield ? 0.95 : 0,
  derivativeBytes: 25_000,
  lambdaMilliseconds: memory.billedMilliseconds,
  memoryMegabytes: memory.memoryMegabytes,
  architecture: environment.architecture,
  apiOn: environment.apiOn,
  derivativeDays: config.cache.derivativeLifetimeDays,
  logDays: config.logs.retentionDays,
  lambdaLogBytes: 4_000,
  apiLogBytes: 600,
  edgeLogBytes: 400,
  accessLogBytes: 100,
  presets: allowedPresets(config.presets).size,
  countsEdgeRedirects: config.countEdgeRedirects,
  ...countMonitoring(environment, config),
  canaryMilliseconds: 800,
  purges: purgeOffReason(environment) === undefined,
  // A quarter of the cold views are of new originals; two of 10,000 views come with a new profile image, or a deleted one.
  uploadShare: 0.005,
  replaceShare: 0.0002,
  purgeMilliseconds: 300,
  purgeMegabytes,
  secrets: (environment.apiOn === 'image-host' ? 2 : 1) * (environment.secretGeneration > 1 ? 2 : 1),
};

/** Views a month for which `make cost` and the docs show the cost. */
const usualViews = [1e4, 1e6, 1e8];

interface Bill {
  readonly count: number;
  readonly lines: readonly CostLine[];
}

function billsOf(views: readonly number[], assumptions: Assumptions): Bill[] {
  return views.map((count) => ({ count, lines: monthlyCost(count, assumptions, prices) }));
}

/** Returns the table of docs/operating.md, with what it assumes. */
export function documentedCost(): string {
  const { coldShare, hitShare, derivativeBytes, lambdaMilliseconds, memoryMegabytes } = assumed;
  return [
    costTable(billsOf(usualViews, assumed)),
    '',
    `US dollars a month for one environment, at the list prices of ${pricesDated} in us-east-1. Assumed: ${percent(hitShare)} of ` +
      `the views from CloudFront's cache, ${percent(coldShare)} cold, ${derivativeBytes / 1000} kB for each derivative, ` +
      `${lambdaMilliseconds} ms of a Lambda with ${memoryMegabytes} MB.`,
    '',
    edgeText(billsOf(usualViews, assumed), assumed),
    '',
    purgeText(assumed),
  ].join('\n');
}

/** CloudFront pay as you go beside its flat-rate plans, and what the API costs more on the host of the images. */
function edgeText(bills: readonly Bill[], assumptions: Assumptions): string {
  const total = (count: number, apiOn: Assumptions['apiOn']) =>
    monthlyCost(count, { ...assumptions, apiOn }, prices).reduce((sum, line) => sum + dollars(line), 0);
  const edges = bills.map(({ lines }) => edgeCost(lines, prices));
  const rows = [
    ['CloudFront, views a month', ...bills.map(({ count }) => count.toLocaleString('en-US'))],
    ['pay as you go, after the free tier', ...edges.map(({ payAsYouGo }) => money(payAsYouGo))],
    ['the same with the WAF rate rule', ...edges.map(({ withWaf }) => money(withWaf))],
    [
      'flat-rate plan, with WAF, functions and logs',
      ...edges.map(({ plan }) => (plan ? `${money(plan.month)} (${plan.name})` : 'none is large enough')),
    ],
    [
      'the `/resize` hop: image-host less own-host, in all parts',
      ...bills.map(({ count }) => money(total(count, 'image-host') - total(count, 'own-host'))),
    ],
  ];
  return markdownTable(rows, { align: ['l', ...bills.map(() => 'r')] });
}

/** What replaced originals and uploads cost, without the parts that a month costs anyway. */
function purgeText(assumptions: Assumptions): string {
  const of = (uploads: number, replaced: number) => {
    const lines = purgeCost(uploads, replaced, assumptions, prices);
    return [money(lines.reduce((sum, line) => sum + dollars(line), 0)), largestOf(lines)];
  };
  return markdownTable(
    [
      ['purge', 'dollars', 'most of it'],
      ['1,000 replaced or deleted originals', ...of(0, 1000)],
      ['a million new originals', ...of(1e6, 0)],
    ],
    { align: ['l', 'r', 'l'] },
  );
}

function largestOf(lines: readonly CostLine[]): string {
  const [largest] = [...lines].sort((a, b) => dollars(b) - dollars(a));
  return largest ? `${money(dollars(largest))} for ${largest.what}` : '';
}

const percent = (share: number) => `${Number((100 * share).toFixed(1))} %`;

function costTable(bills: readonly Bill[]): string {
  const parts = new Set(bills.flatMap(({ lines }) => lines.map((line) => line.part)));
  const row = (name: string, of: (bill: Bill) => number) => [name, ...bills.map((bill) => money(of(bill)))];
  const sum = (lines: readonly CostLine[], of = dollars) => lines.reduce((total, line) => total + of(line), 0);
  const rows = [
    ['views a month', ...bills.map(({ count }) => count.toLocaleString('en-US'))],
    ...[...parts].map((part) => row(part, ({ lines }) => sum(lines.filter((line) => line.part === part)))),
    row('all', ({ lines }) => sum(lines)),
    row('after the free tiers', ({ lines }) => sum(lines, dollarsAfterFree)),
    row('for a million views', ({ count, lines }) => (sum(lines) / count) * 1e6),
  ];
  return markdownTable(rows, { align: ['l', ...bills.map(() => 'r')] });
}

function printArithmetic({ count, lines }: Bill): void {
  console.log(`\n${count.toLocaleString('en-US')} views`);
  for (const line of lines) {
    const { part, what, units, price, free } = line;
    const less = free > 0 ? `   (${amount(free)} free)` : '';
    console.log(
      `  ${part.padEnd(11)}${amount(units).padStart(14)} x $${priceText(price).padEnd(13)}= ${money(dollars(line)).padStart(10)}   ${what}${less}`,
    );
  }
}

/** What `config.capacity` lets an attacker spend. */
export function attackText(assumptions: Assumptions = assumed): string {
  const stages = Object.entries(config.capacity);
  const example = { requestsPerFiveMinutes: 1000 };
  const one = (capacity: Capacity) => ({
    ...capacity,
    apiRate: Math.min(capacity.apiRate, example.requestsPerFiveMinutes / 300),
  });
  const row = (name: string, cost: (capacity: Capacity) => number) => [
    name,
    ...stages.map(([, capacity]) => money(cost(capacity))),
  ];
  return markdownTable(
    [
      ['dollars a month, at most', ...stages.map(([stage, { apiRate }]) => `${stage} (${apiRate} a second)`)],
      row('images through the API, all of its `apiRate`', (capacity) => attackCost(capacity, assumptions, prices)),
      row(`the same from one address with \`rateRule\` at ${example.requestsPerFiveMinutes}`, (capacity) =>
        attackCost(one(capacity), assumptions, prices),
      ),
      ...(assumptions.apiOn === 'image-host'
        ? [
            row("refused calls to the API's own host, all of its `apiRate`", (capacity) =>
              refusedCallsCost(capacity, assumptions, prices),
            ),
          ]
        : []),
    ],
    { align: ['l', ...stages.map(() => 'r')] },
  );
}

function optionsText(assumptions: Assumptions): string {
  return Object.entries(assumptions)
    .map(([name, value]) => `\n  --${kebab(name)} ${value}`)
    .join('');
}

const help = `make cost [COST="--views 5000000 --cold-share 0.05"]

Prints what a month of prod costs, by default at ${usualViews.map((views) => views.toLocaleString('en-US')).join(', ')} views, with the arithmetic of
each line. Prices are in infra/prices.ts. Options with their defaults:

  --views ${usualViews.join(' | ')}${optionsText(assumed)}`;

function printAssumptions(assumptions: Assumptions): void {
  console.log(`\nAssumed (change with make cost COST="--views 5000000 --cold-share 0.05"):${optionsText(assumptions)}`);
  console.log(
    'Not included: storage of the originals, tax, data from another region, WAF ($6 and $0.60 per million requests), a domain.',
  );
}

/** Returns `undefined` for --help. */
function readOptions(): { views: readonly number[]; assumptions: Assumptions } | undefined {
  const names = Object.keys(assumed) as (keyof Assumptions)[];
  const text = Object.fromEntries(['views', ...names.map(kebab)].map((name) => [name, { type: 'string' } as const]));
  const options: NonNullable<ParseArgsConfig['options']> = { ...text, help: { type: 'boolean' } };
  const { values } = parseArgs({ options });
  if (values.help) return undefined;
  const changed = names.flatMap((name) => {
    const value = values[kebab(name)];
    return value === undefined ? [] : [[name, parsed(name, String(value))] as const];
  });
  return {
    views: values.views === undefined ? usualViews : [positive('views', String(values.views))],
    assumptions: { ...assumed, ...Object.fromEntries(changed) },
  };
}

function parsed(name: keyof Assumptions, value: string): Assumptions[keyof Assumptions] {
  if (name === 'architecture') {
    if (value === 'x64' || value === 'arm64') return value;
    throw new Error(`--architecture is ${value}, expected x64 or arm64`);
  }
  if (name === 'apiOn') {
    if (value === 'image-host' || value === 'own-host') return value;
    throw new Error(`--api-on is ${value}, expected image-host or own-host`);
  }
  if (name === 'countsEdgeRedirects' || name === 'purges') return value === 'true';
  return positive(name, value);
}

function positive(name: string, value: string): number {
  const number = Number(value);
  if (Number.isFinite(number) && number >= 0) return number;
  throw new Error(`--${kebab(name)} is ${value}, expected a number of at least 0`);
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function money(value: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function amount(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 3 : 0 });
}

function priceText(price: number): string {
  return price.toFixed(10).replace(/0+$/, '').replace(/\.$/, '');
}

function print({ views, assumptions }: { views: readonly number[]; assumptions: Assumptions }): void {
  const bills = billsOf(views, assumptions);
  console.log(`US dollars a month, prod alone, list prices of ${pricesDated} in us-east-1\n`);
  console.log(costTable(bills));
  console.log(`\n${edgeText(bills, assumptions)}`);
  if (assumptions.purges) console.log(`\n${purgeText(assumptions)}`);
  for (const bill of bills) printArithmetic(bill);
  console.log(`\n${attackText(assumptions)}`);
  printAssumptions(assumptions);
}

if (import.meta.main) {
  try {
    const options = readOptions();
    if (options) print(options);
    else console.log(help);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
