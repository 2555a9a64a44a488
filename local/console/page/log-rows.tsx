import type { LogAnswer, LogRows as Rows } from '../watch-contract.ts';
import { clockTimeWithSeconds, measure } from './format.ts';
import { Scrolling } from './prose.tsx';

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
  return <Table found={answer} label={label} />;
}

function Table({ found: { columns, rows }, label }: { readonly found: Rows; readonly label: string }) {
  const classes = columns.map(({ isTime }, at) => {
    if (isTime) return 'time';
    return rows.every((row) => typeof row[at] !== 'string') ? 'number' : '';
  });
  const cell = (value: string | number | undefined | null, isTime: boolean) => {
    if (typeof value !== 'number') return value ?? '–';
    return isTime ? clockTimeWithSeconds(value / 1000) : measure(value);
  };
  return (
    <Scrolling label={label}>
      <table>
        <thead>
          <tr>
            {columns.map(({ name }, at) => (
              <th key={name} scope="col" class={classes[at]}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {columns.map(({ name, isTime }, at) => (
                <td key={name} class={classes[at]}>
                  {cell(row[at], isTime)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
