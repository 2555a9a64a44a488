import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { LogLine } from '../contract.ts';
import { Select } from './controls.tsx';
import { useMessages } from './server.ts';

const keptLines = 300;

const filters: Readonly<Record<string, (line: LogLine) => boolean>> = {
  everything: () => true,
  metrics: ({ kind }) => kind === 'metrics',
  Lambda: ({ kind }) => ['service', 'report', 'lifecycle', 'text'].includes(kind),
  'API access log': ({ kind }) => kind === 'access',
  'edge redirects': ({ kind }) => kind === 'edge',
  'warnings and errors': ({ level }) => level !== 'info',
};

const tags: Readonly<Record<LogLine['kind'], string>> = {
  metrics: 'metrics',
  report: 'report',
  lifecycle: 'Lambda',
  service: 'service',
  access: 'API',
  edge: 'edge',
  text: 'Lambda',
};

/** A line, or how many lines came too fast to be sent. */
type Entry = { readonly id: number } & ({ readonly line: LogLine } | { readonly leftOut: number });

let ids = 0;

/** The logs of the chain, the newest line at the bottom. While it is paused, new lines wait. */
export function LiveLog() {
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const [paused, setPaused] = useState<readonly Entry[]>();
  const [filter, setFilter] = useState('everything');
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);

  useMessages('log', ({ lines, leftOut }) => {
    const added: Entry[] = lines.map((line) => ({ id: ids++, line }));
    if (leftOut > 0) added.push({ id: ids++, leftOut });
    setEntries((before) => [...before, ...added].slice(-keptLines));
  });
  useLayoutEffect(() => {
    if (isAtEnd.current) list.current?.scrollTo(0, list.current.scrollHeight);
  });

  const shown = (paused ?? entries).filter((entry) => !('line' in entry) || filters[filter]?.(entry.line));
  return (
    <section class="panel logs" aria-labelledby="log-title">
      <div class="log-head flow">
        <h2 id="log-title">Live logs</h2>
        <Select
          label="Show"
          value={filter}
          choices={Object.keys(filters).map((name) => ({ value: name, title: name }))}
          onChoose={setFilter}
        />
        <button
          type="button"
          aria-pressed={paused !== undefined}
          onClick={() => setPaused(paused === undefined ? entries : undefined)}
        >
          Pause
        </button>
        <button
          type="button"
          onClick={() => {
            setEntries([]);
            setPaused(paused && []);
          }}
        >
          Clear
        </button>
      </div>
      <div
        class="log box"
        ref={list}
        role="log"
        aria-live="off"
        aria-labelledby="log-title"
        tabIndex={shown.length > 0 ? 0 : undefined}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < 40;
        }}
      >
        {shown.map((entry) =>
          'line' in entry ? (
            <Line key={entry.id} line={entry.line} />
          ) : (
            <p key={entry.id} class="soft">
              {entry.leftOut} more lines came too fast to be shown
            </p>
          ),
        )}
      </div>
    </section>
  );
}

function Line({ line: { at, kind, level, headline, facts, raw, group } }: { readonly line: LogLine }) {
  return (
    <details class={`line ${level}`} data-kind={kind}>
      <summary class="flow">
        <time>{new Date(at).toISOString().slice(11, 23)}</time>
        <span class={`tag ${kind}`}>{tags[kind]}</span>
        <span class="headline">{headline}</span>
        {facts.map(([name, value]) => (
          <span key={name} class="soft">
            {name} <b>{value}</b>
          </span>
        ))}
      </summary>
      <pre>{`${group}\n${pretty(raw)}`}</pre>
    </details>
  );
}

function pretty(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2);
  } catch {
    return raw;
  }
}
