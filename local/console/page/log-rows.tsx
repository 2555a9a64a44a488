import type { LogAnswer, LogRows as Rows } from '../watch-contract.ts';
import { clockTimeWithSeconds, measure } from './format.ts';
import { Table } from './prose.tsx';

interface Props {
  /** `undefined`: not asked yet. */
  readonly answer: LogAnswer | undefined;
  readonly label: string;
}

/** What a query of a log found. */
export function LogRows({ answer, label }: Props) {
  return <div class="rows">{show(answer, label)}</div>;
}

function show(answer: LogAnswer | undefined, label: string) {
  if (answer === undefined || answer.kind === 'asking') return <p class="soft">Reading the log …</p>;
  if (answer.kind === 'problem') return <p class="problem box">{answer.problem}</p>;
  if (answer.rows.length === 0) return <p class="soft">No rows in this time.</p>;
  const { columns, rows } = answer;
  const classes = columns.map(({ isTime }, at) => {
    return isTime || rows.every((row) => typeof row[at] !== 'string') ? 'number' : '';
  });
  const cells = rows.map((row) => row.map((cell, at) => cellText(cell, columns[at]?.isTime)));
  return <Table label={label} head={columns.map(({ name }) => name)} rows={cells} classes={classes} />;
}

function cellText(cell: Rows['rows'][number][number], isTime = false): string {
  if (typeof cell !== 'number') return cell ?? '–';
  return isTime ? clockTimeWithSeconds(cell / 1000) : measure(cell);
}
