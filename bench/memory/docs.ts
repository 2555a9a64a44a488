/** The parts of docs/bench.md that say again what a kept result says. `make docs` writes them. Pure. */
import { prices } from '../../infra/prices.ts';
import { markdownTable } from '../markdown.ts';
import { lambdaDollars } from '../resize-cost.ts';
import type { BenchResult, Conclusion } from './conclude.ts';
import { dollars, milliseconds, percent, size } from './format.ts';
import type { MemoryRow } from './memory-row.ts';
import { assumptions, howSure, mark, provenance, reasons, rowOf, verdict } from './sentences.ts';
import { caseCells, caseHead, memoryCells, memoryHead, quotaCells, quotaHead } from './terminal.ts';

export function renderDocs(result: BenchResult, conclusion: Conclusion): Readonly<Record<string, string>> {
  const { rows, otherRows } = conclusion;
  const sizes = rows.map((row, index) => memoryCells(row, otherRows[index], conclusion));
  return {
    verdict: [`**${verdict(result, conclusion)}**`, '', ...list(reasons(result, conclusion))].join('\n'),
    sizes: markdownTable(memoryHead(result, conclusion), sizes),
    bill: bill(result, conclusion),
    cases: markdownTable(caseHead, caseCells(result, conclusion)),
    quota: markdownTable(quotaHead, quotaCells(result)),
    sure: list([...howSure(result, conclusion), ...assumptions(result, conclusion)]).join('\n'),
    machine: provenance(result),
  };
}

/** The README's: the sizes that one would choose between, in short. */
export function renderReadme(result: BenchResult, conclusion: Conclusion): Readonly<Record<string, string>> {
  const chosen = conclusion.rows.filter(({ memoryMegabytes }) => memoryMegabytes >= 512 && memoryMegabytes <= 3008);
  const head = ['MB', 'p50', 'p95', 'first call', '$ / 1,000 resizes', ''];
  const lines = chosen.map((row) => [
    row.memoryMegabytes.toLocaleString('en-US'),
    milliseconds(row.warm.p50),
    milliseconds(row.warm.p95),
    milliseconds(row.first.p50),
    dollars(row.dollarsOfThousandResizes),
    mark(row, conclusion),
  ]);
  const parts = [markdownTable(head, lines), bill(result, conclusion), provenance(result)];
  return { bench: parts.join('\n\n') };
}

/** Between the marks of each part; whatever else stands on the page is left as it is. */
export function fillDocs(page: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((text, [name, part]) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`The page has no place for "${name}": expected ${begin} and ${end}`);
    return `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`;
  }, page);
}

function list(sentences: readonly string[]): string[] {
  return sentences.map((sentence) => `- ${sentence}`);
}

/** What a million resizes cost at the pick, and at the fastest. */
function bill({ assumed }: BenchResult, { rows, picks }: Conclusion): string {
  const { architecture } = assumed;
  const million = (row: MemoryRow) => {
    const { billedMilliseconds, memoryMegabytes, dollarsOfThousandResizes } = row;
    const lambda = 1e6 * lambdaDollars({ billedMilliseconds, memoryMegabytes, architecture }, prices);
    return { all: 1000 * dollarsOfThousandResizes, lambda };
  };
  const [pick, fastest] = [rowOf(rows, picks.cheapest), rowOf(rows, picks.fastest)];
  if (!pick || !fastest) return 'No size qualifies, so there is no bill to speak of.';
  const [least, most] = [million(pick), million(fastest)];
  const more = most.all - least.all;
  return `A million resizes cost ${dollars(least.all)} at ${size(pick.memoryMegabytes)}, ${dollars(least.lambda)} of them for the Lambda; at ${size(fastest.memoryMegabytes)}, where they are fastest, ${dollars(most.all)} and ${dollars(most.lambda)}. So ${dollars(more)} more, or ${percent(more / least.all)}, buy ${percent(1 - fastest.warm.p50 / pick.warm.p50)} less time for each first viewer. The rest is requests to the API, S3 and CloudFront, which no memory size changes; nor does it change logs and bytes, which make cost adds.`;
}
