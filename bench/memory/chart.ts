/** Time and money over memory: one SVG that needs nothing beside it, on screen and on paper. Pure. */
import { prices } from '../../infra/prices.ts';
import { lambdaDollars } from '../resize-cost.ts';
import type { BenchResult, Conclusion } from './conclude.ts';
import { dollars, milliseconds, percent } from './format.ts';
import type { MemoryRow } from './memory-row.ts';

const width = 920;
const left = 76;
const right = width - 24;
const time = { top: 58, bottom: 300 };
const money = { top: 352, bottom: 492 };
const height = 556;
/** Seen on white and on black alike. */
const colours = {
  p50: '#0d9488',
  p95: '#d97706',
  first: '#8b5cf6',
  aim: '#ef4444',
  lambda: '#3b82f6',
  rest: '#94a3b8',
};
const style = `
.bench .card { fill: #f8fafc; } .bench .pick { fill: #dcfce7; } .bench .grid { stroke: #cbd5e1; }
.bench text { fill: #0f172a; } .bench .quiet { fill: #475569; } .bench .lost { fill: ${colours.aim}; }
@media (prefers-color-scheme: dark) {
  .bench .card { fill: #1f2530; } .bench .pick { fill: #14532d; } .bench .grid { stroke: #3f4858; }
  .bench text { fill: #f1f5f9; } .bench .quiet { fill: #b6c0d0; }
}`;

export function costAndSpeedImage(result: BenchResult, conclusion: Conclusion): string {
  const { rows } = conclusion;
  const step = (right - left) / rows.length;
  const x = (index: number) => left + step * (index + 0.5);
  const picked = rows.findIndex(({ memoryMegabytes }) => memoryMegabytes === conclusion.picks.cheapest);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" class="bench" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="12.5">
<title>Time and money of a resize at each memory size of the Lambda</title>
<style>${style}</style>
<rect width="${width}" height="${height}" rx="12" class="card"/>
${picked < 0 ? '' : `<rect x="${point(x(picked) - step / 2)}" y="${time.top - 20}" width="${point(step)}" height="${money.bottom - time.top + 46}" rx="8" class="pick"/>`}
${timePanel(result, rows, x)}
${moneyPanel(result, rows, x, step)}
${rows.map((row, index) => memoryLabel(row, x(index), index === picked)).join('\n')}
<text x="${(left + right) / 2}" y="${height - 12}" text-anchor="middle" class="quiet">memory in MB${picked < 0 ? '' : '; green: the pick'}; ×: loses requests, by memory or by deadline</text>
</svg>
`;
}

interface Curve {
  readonly label: string;
  readonly colour: string;
  readonly dashes?: string;
  readonly of: (row: MemoryRow) => number;
}

/** Logarithmic: the smallest size is fourteen times as slow as the largest. The range holds all that is drawn. */
function timePanel({ assumed }: BenchResult, rows: readonly MemoryRow[], x: (index: number) => number): string {
  const { benchCase: aim = 'all cases', p95Milliseconds: allowed } = assumed.objective;
  const curves: readonly Curve[] = [
    { label: 'first call of a process, p50', colour: colours.first, dashes: '5 4', of: ({ first }) => first.p50 },
    { label: 'all cases, p95', colour: colours.p95, of: ({ warm }) => warm.p95 },
    { label: 'all cases, p50', colour: colours.p50, of: ({ warm }) => warm.p50 },
    {
      label: `${aim}, p95; dotted: the ${milliseconds(allowed)} it may take`,
      colour: colours.aim,
      of: ({ objectiveP95 }) => objectiveP95,
    },
  ];
  const values = [...curves.flatMap(({ of }) => rows.map(of)), allowed];
  const [least, most] = [Math.min(...values) / 1.2, Math.max(...values) * 1.15];
  const y = (value: number) =>
    time.bottom - (Math.log(value / least) / Math.log(most / least)) * (time.bottom - time.top);
  const ticks = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000].filter(
    (tick) => tick > least && tick < most,
  );
  const drawn = curves.map((curve) => {
    const points = rows.map((row, index) => [x(index), y(curve.of(row))] as const);
    return line(points, curve);
  });
  return `<text x="${left}" y="28" font-weight="600" font-size="14">Time of a resize, S3 included</text>
${ticks.map((tick) => gridLine(y(tick), milliseconds(tick))).join('\n')}
${drawn.join('\n')}
<path d="M${left} ${point(y(allowed))}H${right}" stroke="${colours.aim}" stroke-dasharray="2 4" stroke-width="1.5"/>
${legend(curves)}`;
}

function moneyPanel(
  { assumed }: BenchResult,
  rows: readonly MemoryRow[],
  x: (index: number) => number,
  step: number,
): string {
  const most = Math.max(...rows.map(({ dollarsOfThousandResizes }) => dollarsOfThousandResizes)) * 1.1;
  const y = (value: number) => money.bottom - (value / most) * (money.bottom - money.top);
  const bar = (index: number, from: number, to: number, colour: string) =>
    `<rect x="${point(x(index) - step * 0.28)}" y="${point(y(to))}" width="${point(step * 0.56)}" height="${point(y(from) - y(to))}" fill="${colour}"/>`;
  const bars = rows.map((row, index) => {
    const { billedMilliseconds, memoryMegabytes, dollarsOfThousandResizes: all } = row;
    const { architecture } = assumed;
    const lambda = 1000 * lambdaDollars({ billedMilliseconds, memoryMegabytes, architecture }, prices);
    const label = `<text x="${point(x(index))}" y="${point(y(all) - 5)}" text-anchor="middle" font-size="11">${dollars(all)}</text>`;
    return bar(index, 0, all - lambda, colours.rest) + bar(index, all - lambda, all, colours.lambda) + label;
  });
  return `<text x="${left}" y="${money.top - 22}" font-weight="600" font-size="14">Money of a thousand resizes</text>
<rect x="${left + 262}" y="${money.top - 33}" width="12" height="12" fill="${colours.lambda}"/><text x="${left + 280}" y="${money.top - 22}" class="quiet">Lambda, ${percent(assumed.coldShare)} of them first calls</text>
<rect x="${left + 492}" y="${money.top - 33}" width="12" height="12" fill="${colours.rest}"/><text x="${left + 510}" y="${money.top - 22}" class="quiet">API, S3 and CloudFront requests</text>
<path d="M${left} ${money.bottom}H${right}" class="grid"/>
${bars.join('\n')}`;
}

function memoryLabel({ memoryMegabytes, faults }: MemoryRow, x: number, isPicked: boolean): string {
  const loses = faults.some(({ kind }) => kind !== 'slow');
  const weight = isPicked ? ' font-weight="700"' : '';
  const cross = loses
    ? `<text x="${point(x)}" y="${money.bottom + 34}" text-anchor="middle" class="lost" font-weight="700">×</text>`
    : '';
  return `<text x="${point(x)}" y="${money.bottom + 18}" text-anchor="middle"${weight}>${memoryMegabytes.toLocaleString('en-US')}</text>${cross}`;
}

function gridLine(y: number, label: string): string {
  return `<path d="M${left} ${point(y)}H${right}" class="grid"/><text x="${left - 8}" y="${point(y + 4)}" text-anchor="end" class="quiet">${label}</text>`;
}

function line(points: readonly (readonly [number, number])[], { colour, dashes }: Curve): string {
  const path = points.map(([px, py], index) => `${index === 0 ? 'M' : 'L'}${point(px)} ${point(py)}`).join('');
  const dots = points
    .map(([px, py]) => `<circle cx="${point(px)}" cy="${point(py)}" r="3" fill="${colour}"/>`)
    .join('');
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"${dashed(dashes)}/>${dots}`;
}

function dashed(dashes: string | undefined): string {
  return dashes === undefined ? '' : ` stroke-dasharray="${dashes}"`;
}

/** On a ground of its own: the dotted line crosses it when every size is much faster than it has to be. */
function legend(curves: readonly Curve[]): string {
  const rows = curves.map(({ label, colour, dashes }, index) => {
    const y = time.top + 6 + index * 18;
    return `<path d="M${right - 400} ${y}h24" stroke="${colour}" stroke-width="3"${dashed(dashes)}/><text x="${right - 370}" y="${y + 4}" class="quiet">${escapeText(label)}</text>`;
  });
  const ground = `<rect x="${right - 406}" y="${time.top - 5}" width="412" height="${curves.length * 18 + 4}" rx="4" class="card" opacity="0.85"/>`;
  return [ground, ...rows].join('\n');
}

function point(value: number): string {
  return value.toFixed(1);
}

export function escapeText(text: string): string {
  const marks: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (mark) => marks[mark] ?? mark);
}
