import { useEffect, useState } from 'preact/hooks';
import type { Runbook } from '../watch-contract.ts';
import { LogRows } from './log-rows.tsx';
import { Folded, Prose, type Reading } from './prose.tsx';
import { Problem } from './result.tsx';
import { getRows, getRunbook, usePolled } from './server.ts';

interface Props {
  readonly name: string;
  readonly reading: Reading;
}

/** A runbook. Its queries run on the logs of this chain and show what they find. */
export function RunbookPage({ name, reading }: Props) {
  const [runbook, setRunbook] = useState<Runbook>();
  const [problem, setProblem] = useState<unknown>();
  useEffect(() => {
    getRunbook(name).then(setRunbook, setProblem);
  }, []);
  if (!runbook) return <div role="alert">{problem !== undefined && <Problem error={problem} />}</div>;
  const code = (language: string, text: string) => {
    const [, log] = /^insights (\w+)$/.exec(language) ?? [];
    return log === undefined ? undefined : <Query log={log} query={text} />;
  };
  return (
    <article class="prose box stack" aria-label={`Runbook ${name}`}>
      <Prose markdown={runbook.markdown} reading={{ ...reading, code }} />
    </article>
  );
}

function Query({ log, query }: { readonly log: string; readonly query: string }) {
  const { answer, problem } = usePolled(
    query,
    () => getRows(log, query),
    ({ kind }) => kind === 'asking',
  );
  return (
    <figure class="query-result box stack">
      <figcaption>
        Found now in this chain’s <code>{log}</code> log
      </figcaption>
      {problem === undefined ? (
        <LogRows answer={answer} label={`Rows of the ${log} log`} />
      ) : (
        <Problem error={problem} />
      )}
      <Folded title="The query" text={query} />
    </figure>
  );
}
