/** `make cost`: what a month costs at three sizes, and the arithmetic of every line. */
import { parseArgs } from 'node:util';
import { config } from '../src/config.ts';
import { allowedPresets } from '../src/core/presets.ts';
import { type Assumptions, attackCost, type CostLine, dollars, dollarsAfterFree, monthlyCost } from './cost.ts';
import { countMonitoring } from './count-monitoring.ts';
import { environments } from './environments.ts';
import memory from './function-memory.json' with { type: 'json' };
import { prices, pricesDated } from './prices.ts';

const environment = environments.find(({ stage }) => stage === 'prod');
if (!environment) throw new Error('infra/environments.ts has no prod');

/** What nobody has told us otherwise. Shares and bytes are those of profile images; measure yours. */
const assumed: Assumptions = {
  coldShare: 0.02,
  hitShare: config.objectives.hitRate,
  derivativeBytes: 25_000,
  lambdaMilliseconds: 500,
  memoryMegabytes: memory.memoryMegabytes,
  architecture: environment.architecture,
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
  secrets: environment.secretGeneration > 1 ? 2 : 1,
};

try {
  const { views, assumptions } = readOptions();
  const bills = views.map((count) => ({ count, lines: monthlyCost(count, assumptions, prices) }));
  console.log(`US dollars a month, prod alone, list prices of ${pricesDated} in us-east-1\n`);
  printTable(bills);
  for (const bill of bills) printArithmetic(bill);
  printAttacks(assumptions);
  printAssumptions(assumptions);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

interface Bill {
  readonly count: number;
  readonly lines: readonly CostLine[];
}

function printTable(bills: readonly Bill[]): void {
  const row = (name: string, cells: readonly string[]) =>
    console.log(name.padEnd(26) + cells.map((cell) => cell.padStart(14)).join(''));
  const sum = (lines: readonly CostLine[], of: (line: CostLine) => number) =>
    money(lines.reduce((total, line) => total + of(line), 0));
  row(
    'views',
    bills.map(({ count }) => count.toLocaleString('en-US')),
  );
  for (const part of new Set(bills.flatMap(({ lines }) => lines.map((line) => line.part)))) {
    row(
      part,
      bills.map(({ lines }) =>
        sum(
          lines.filter((line) => line.part === part),
          dollars,
        ),
      ),
    );
  }
  row(
    'all',
    bills.map(({ lines }) => sum(lines, dollars)),
  );
  row(
    'less what is always free',
    bills.map(({ lines }) => sum(lines, dollarsAfterFree)),
  );
  row(
    'a million views',
    bills.map(({ count, lines }) => money((lines.reduce((total, line) => total + dollars(line), 0) / count) * 1e6)),
  );
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

/** The ceiling that `config.capacity` sets. */
function printAttacks(assumptions: Assumptions): void {
  console.log('\nAt most, if somebody calls the API as fast as config.capacity allows for the whole month:');
  for (const [stage, capacity] of Object.entries(config.capacity)) {
    const dollars = money(attackCost(capacity, assumptions, prices));
    console.log(`  ${stage.padEnd(8)} ${dollars.padStart(12)}   ${capacity.apiRate} requests a second`);
  }
}

function printAssumptions(assumptions: Assumptions): void {
  const options = Object.entries(assumptions).map(([name, value]) => `--${kebab(name)} ${value}`);
  console.log(`\nAssumed (change with make cost COST="--views 5000000 --cold-share 0.05"):\n  ${options.join('\n  ')}`);
  console.log(
    'Not in it: storing the originals, tax, data from another region, WAF ($6 and $0.60 a million requests), a domain.',
  );
}

function readOptions(): { views: readonly number[]; assumptions: Assumptions } {
  const names = Object.keys(assumed) as (keyof Assumptions)[];
  const options = Object.fromEntries(['views', ...names.map(kebab)].map((name) => [name, { type: 'string' } as const]));
  const { values } = parseArgs({ options });
  const changed = names.flatMap((name) => {
    const value = values[kebab(name)];
    return value === undefined ? [] : [[name, parsed(name, String(value))] as const];
  });
  return {
    views: values.views === undefined ? [1e4, 1e6, 1e8] : [positive('views', String(values.views))],
    assumptions: { ...assumed, ...Object.fromEntries(changed) },
  };
}

function parsed(name: keyof Assumptions, value: string): Assumptions[keyof Assumptions] {
  if (name === 'architecture') {
    if (value === 'x64' || value === 'arm64') return value;
    throw new Error(`--architecture is ${value}, expected x64 or arm64`);
  }
  if (name === 'countsEdgeRedirects') return value === 'true';
  return positive(name, value);
}

function positive(name: string, value: string): number {
  const number = Number(value);
  if (Number.isFinite(number) && number >= 0) return number;
  throw new Error(`--${kebab(name)} is ${value}, expected a number from 0 upwards`);
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
