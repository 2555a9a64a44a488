/** Time and cost over memory as one SVG without dependencies, for screen, dark screen and paper. Pure. */
import { dollars, milliseconds, percent } from '../format.ts';
import type { Conclusion } from './conclude.ts';
import type { BenchResult } from './result.ts';
import type { SizeRow } from './size-row.ts';

const width = 920;
const left = 76;
const right = width - 24;
const time = { top: 58, bottom: 300 };
const legendTop = 324;
const money = { top: 414, bottom: 554 };
const height = 618;
/** Visible on white and on black. */
const colours = {
  objective: '#e11d48',
  p95: '#d97706',
  p50: '#0d9488',
  first: '#8b5cf6',
  lambda: '#3b82f6',
  rest: '#94a3b8',
};
const style = `
.bench .card { fill: #f8fafc; } .bench .pick { fill: #dcfce7; } .bench .grid { stroke: #cbd5e1; }
.bench text { fill: #0f172a; } .bench .quiet { fill: #475569; } .bench .lost { fill: ${colours.objective}; }
@media (prefers-color-scheme: dark) {
  .bench .card { fill: #1f2530; } .bench .pick { fill: #14532d; } .bench .grid { stroke: #3f4858; }
  .bench text { fill: #f1f5f9; } .bench .quiet { fill: #b6c0d0; }
}`;

export function costAndSpeedChart(result: BenchResult, conclusion: Conclusion): string {
  const { rows, picks } = conclusion;
  const step = (right - left) / rows.length;
  const x = (index: number) => left + step * (index + 0.5);
  const picked = rows.findIndex(({ memoryMegabytes }) => memoryMegabytes === picks.cheapest);
  const pick = `<rect x="${point(x(picked) - step / 2)}" y="${time.top - 20}" width="${point(step)}" height="${money.bottom - time.top + 46}" rx="8" class="pick"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" class="bench" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="12.5">
<title>Modelled time and cost of a resize at each memory size of the Lambda</title>
<style>${style}</style>
<rect width="${width}" height="${height}" rx="12" class="card"/>
${picked < 0 ? '' : pick}
${timePanel(result, rows, x)}
${moneyPanel(result, rows, x, step)}
${rows.map((row, index) => memoryLabel(row, x(index), index === picked)).join('\n')}
<text x="${(left + right) / 2}" y="${height - 12}" text-anchor="middle" class="quiet">memory in MB${picked < 0 ? '' : '; green: the pick'}; ×: requests fail, for memory or time</text>
</svg>
`;
}

interface Curve {
  readonly label: string;
  readonly colour: string;
  readonly width: number;
  readonly dashes?: string;
  readonly of: (row: SizeRow) => number;
}

/** The objective's curve is the thick one, drawn last. Where the objective is about the whole mix, it is the mix's p95. */
function curvesFor({ assumed }: BenchResult): Curve[] {
  const { benchCase } = assumed.objective;
  const thin = { width: 1.5 };
  return [
    { label: 'first call, p50', colour: colours.first, dashes: '5 4', of: ({ first }) => first.p50, ...thin },
    ...(benchCase
      ? [{ label: 'all cases, p95', colour: colours.p95, of: ({ warm }: SizeRow) => warm.p95, ...thin }]
      : []),
    { label: 'all cases, p50', colour: colours.p50, of: ({ warm }) => warm.p50, ...thin },
    {
      label: `${benchCase ?? 'all cases'}, p95: what the objective is about`,
      colour: colours.objective,
      width: 4,
      of: ({ objectiveP95 }) => objectiveP95,
    },
  ];
}

/** Logarithmic: the smallest size is fourteen times as slow as the largest. */
function timePanel(result: BenchResult, rows: readonly SizeRow[], x: (index: number) => number): string {
  const { benchCase = 'all cases', p95Milliseconds: allowed } = result.assumed.objective;
  const curves = curvesFor(result);
  const values = [...curves.flatMap(({ of }) => rows.map(of)), allowed];
  const [least, most] = [Math.min(...values) / 1.2, Math.max(...values) * 1.15];
  const y = (value: number) =>
    time.bottom - (Math.log(value / least) / Math.log(most / least)) * (time.bottom - time.top);
  const ticks = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000].filter(
    (tick) => tick > least && tick < most,
  );
  const grid = ticks.map(
    (tick) =>
      `<path d="M${left} ${point(y(tick))}H${right}" class="grid"/><text x="${left - 8}" y="${point(y(tick) + 4)}" text-anchor="end" class="quiet">${milliseconds(tick)}</text>`,
  );
  return `<text x="${left}" y="28" font-weight="600" font-size="14">Time of a resize, S3 included (modelled)</text>
${grid.join('\n')}
<path d="M${left} ${point(y(allowed))}H${right}" stroke="${colours.objective}" stroke-dasharray="2 4" stroke-width="1.5"/>
<text x="${right}" y="${point(y(allowed) - 6)}" text-anchor="end" class="lost" font-weight="600">objective: p95 of ${escapeText(benchCase)} ≤ ${milliseconds(allowed)}</text>
${curves
  .map((curve) =>
    line(
      rows.map((row, index) => [x(index), y(curve.of(row))]),
      curve,
    ),
  )
  .join('\n')}
${legend(curves)}`;
}

function moneyPanel(
  { assumed }: BenchResult,
  rows: readonly SizeRow[],
  x: (index: number) => number,
  step: number,
): string {
  const most = Math.max(...rows.map(({ dollarsOfThousandResizes }) => dollarsOfThousandResizes)) * 1.1;
  const y = (value: number) => money.bottom - (value / most) * (money.bottom - money.top);
  const bar = (index: number, from: number, to: number, colour: string) =>
    `<rect x="${point(x(index) - step * 0.28)}" y="${point(y(to))}" width="${point(step * 0.56)}" height="${point(y(from) - y(to))}" fill="${colour}"/>`;
  const bars = rows.map(({ dollarsOfThousandResizes: all, lambdaDollarsOfThousand: lambda }, index) => {
    const label = `<text x="${point(x(index))}" y="${point(y(all) - 5)}" text-anchor="middle" font-size="11">${dollars(all)}</text>`;
    return bar(index, 0, all - lambda, colours.rest) + bar(index, all - lambda, all, colours.lambda) + label;
  });
  return `<text x="${left}" y="${money.top - 22}" font-weight="600" font-size="14">Cost of a thousand resizes</text>
<rect x="${left + 262}" y="${money.top - 33}" width="12" height="12" fill="${colours.lambda}"/><text x="${left + 280}" y="${money.top - 22}" class="quiet">Lambda, ${percent(assumed.coldShare)} of them first calls</text>
<rect x="${left + 492}" y="${money.top - 33}" width="12" height="12" fill="${colours.rest}"/><text x="${left + 510}" y="${money.top - 22}" class="quiet">API, S3 and CloudFront requests</text>
<path d="M${left} ${money.bottom}H${right}" class="grid"/>
${bars.join('\n')}`;
}

function memoryLabel({ memoryMegabytes, faults }: SizeRow, x: number, isPicked: boolean): string {
  const fails = faults.some(({ kind }) => kind !== 'slow');
  const weight = isPicked ? ' font-weight="700"' : '';
  const cross = fails
    ? `<text x="${point(x)}" y="${money.bottom + 34}" text-anchor="middle" class="lost" font-weight="700">×</text>`
    : '';
  return `<text x="${point(x)}" y="${money.bottom + 18}" text-anchor="middle"${weight}>${memoryMegabytes.toLocaleString('en-US')}</text>${cross}`;
}

function line(points: readonly (readonly [number, number])[], { colour, dashes, width: stroke }: Curve): string {
  const path = points.map(([px, py], index) => `${index === 0 ? 'M' : 'L'}${point(px)} ${point(py)}`).join('');
  const dots = points
    .map(([px, py]) => `<circle cx="${point(px)}" cy="${point(py)}" r="${stroke + 1}" fill="${colour}"/>`)
    .join('');
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${stroke}"${dashed(dashes)}/>${dots}`;
}

function dashed(dashes: string | undefined): string {
  return dashes === undefined ? '' : ` stroke-dasharray="${dashes}"`;
}

/** Below the panel, in two columns. */
function legend(curves: readonly Curve[]): string {
  return [...curves]
    .reverse()
    .map(({ label, colour, dashes, width: stroke }, index) => {
      const [x, y] = [left + (index % 2) * 420, legendTop + Math.floor(index / 2) * 20];
      return `<path d="M${x} ${y}h24" stroke="${colour}" stroke-width="${stroke}"${dashed(dashes)}/><text x="${x + 30}" y="${y + 4}" class="quiet">${escapeText(label)}</text>`;
    })
    .join('\n');
}

function point(value: number): string {
  return value.toFixed(1);
}

export function escapeText(text: string): string {
  const marks: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (mark) => marks[mark] ?? mark);
}
