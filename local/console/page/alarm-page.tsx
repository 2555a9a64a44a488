import type { ComponentChild } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { AlarmCard, AlarmDetails, Runbook, WatchedValue } from '../contract.ts';
import { clockTimeWithSeconds, duration, measure } from './format.ts';
import { colourOfKind, Icon, stateName } from './icons.tsx';
import { LineChart } from './line-chart.tsx';
import { Folded, LogRows, Prose, type Reading } from './prose.tsx';
import { Problem } from './result.tsx';
import { linkTo } from './routes.ts';
import { getAlarm, getRows, getRunbook, usePolled } from './server.ts';

interface Props {
  readonly name: string;
  readonly reading: Reading;
  readonly back: ComponentChild;
}

/** An alarm beside its runbook. */
export function AlarmPage({ name, reading, back }: Props) {
  const { answer: alarm, problem } = usePolled(name, () => getAlarm(name));
  return (
    <div class="beside">
      {back}
      <div role="alert">{problem !== undefined && <Problem error={problem} />}</div>
      {alarm && <AlarmSummary alarm={alarm} />}
      {alarm?.runbook && <RunbookPage name={alarm.runbook} reading={reading} />}
    </div>
  );
}

/** An alarm's state, since when it is in it, and why. */
function AlarmSummary({ alarm }: { readonly alarm: AlarmDetails }) {
  const { name, state, severity, description, reason, nowSeconds, watched, history } = alarm;
  return (
    <section class="alarm-card box stack" aria-labelledby="alarm-name">
      <p class="alarm-state kind flow" style={colourOfKind(state)}>
        <Icon of={state} size={22} />
        <span>{stateSince(alarm, nowSeconds)}</span>
        {severity && <span class={`tag ${severity}`}>{severity}</span>}
      </p>
      <h2 id="alarm-name">{name}</h2>
      <p>{description}.</p>
      {reason && <p class="soft">{reason}</p>}
      {watched ? <Watched watched={watched} nowSeconds={nowSeconds} /> : <Parts alarm={alarm} />}
      <h3>History</h3>
      {history.length === 0 && <p class="soft">It has never changed its state.</p>}
      <ol class="soft">
        {history.slice(0, 20).map(({ atSeconds, from, to }) => (
          <li key={atSeconds} class="flow">
            <time>{clockTimeWithSeconds(atSeconds)}</time>
            <Icon of={to} size={14} />
            {stateName(to)}, before: {stateName(from)}
          </li>
        ))}
      </ol>
    </section>
  );
}

const shownPeriods = 60;
const missingWords = {
  missing: 'missing',
  ignore: 'ignored',
  breaching: 'breaching',
  notBreaching: 'not breaching',
} as const;

/** The value beside its threshold, and how many periods it takes. */
function Watched({ watched, nowSeconds }: { readonly watched: WatchedValue; readonly nowSeconds: number }) {
  const { seen, comparison, threshold, datapoints, of, periodSeconds, missing, points, formula } = watched;
  const newest = seen.findLast(({ value }) => value !== undefined);
  const breaching = seen.filter(({ breaches, counts }) => breaches && counts).length;
  const fill = comparison === 'over' || comparison === 'at least' ? 'above' : 'below';
  return (
    <>
      <dl>
        <dt>Newest value</dt>
        <dd>
          <b>{newest ? measure(newest.value ?? 0) : 'none'}</b>
          {newest && ` at ${clockTimeWithSeconds(newest.atSeconds)} UTC`}
        </dd>
        <dt>In alarm when</dt>
        <dd>
          {comparison} {measure(threshold)} in {datapoints} of {of} × {duration(periodSeconds)}
        </dd>
        <dt>Evaluated</dt>
        <dd>
          <Periods seen={seen} /> {breaching} of {of} breach
        </dd>
        <dt>Missing data is</dt>
        <dd>{missingWords[missing]}</dd>
      </dl>
      <div class="canvas">
        <LineChart
          label="The watched value"
          lines={[{ label: 'watched', points }]}
          periodSeconds={periodSeconds}
          fromSeconds={Math.max(points[0]?.[0] ?? 0, nowSeconds - shownPeriods * periodSeconds)}
          toSeconds={nowSeconds}
          min={0}
          thresholds={[{ value: threshold, label: 'threshold', fill }]}
        />
      </div>
      <Folded title="What it watches" text={formula.join('\n')} />
    </>
  );
}

/** A mark for each period, the newest at the right. */
function Periods({ seen }: Pick<WatchedValue, 'seen'>) {
  const words = seen.map(({ value, breaches }) => (value === undefined ? 'missing' : breaches ? 'breaching' : 'fine'));
  return (
    <span class="periods" role="img" aria-label={`Oldest first: ${words.join(', ')}`}>
      {seen.map(({ atSeconds, value, counts }, index) => (
        <i
          key={atSeconds}
          class={`${words[index]}${counts ? '' : ' not-counted'}`}
          title={`${clockTimeWithSeconds(atSeconds)}: ${value === undefined ? 'missing' : measure(value)}`}
        />
      ))}
    </span>
  );
}

/** The alarms that a composite is made of. */
function Parts({ alarm: { parts, partStates } }: { readonly alarm: AlarmDetails }) {
  return (
    <ul>
      {parts.map((part, index) => {
        const state = partStates[index] ?? 'INSUFFICIENT_DATA';
        return (
          <li key={part} class="flow">
            <Icon of={state} size={16} />
            <a href={linkTo('alarms', part)}>{part}</a>
            <span>{stateName(state)}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** A runbook. Its queries run on the logs of this chain and show what they find. */
export function RunbookPage({ name, reading }: { readonly name: string; readonly reading: Reading }) {
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

/**
 * A tile for each alarm, those in alarm first. On-call begins with the first one, so alarms that name a cause come before
 * composites, and pages before tickets.
 */
export function AlarmTiles({ alarms, nowSeconds }: { alarms: readonly AlarmCard[]; nowSeconds: number }) {
  const rank = ({ parts, severity }: AlarmCard) =>
    (parts.length > 0 ? 4 : 0) + (severity === 'page' ? 0 : severity === 'ticket' ? 1 : 2);
  const sorted = alarms.toSorted((a, b) => rank(a) - rank(b));
  const active = sorted.filter(({ state }) => state === 'ALARM');
  const others = sorted.filter(({ state }) => state !== 'ALARM');
  const tiles = (list: readonly AlarmCard[]) =>
    list.map((alarm) => <Tile key={alarm.name} alarm={alarm} nowSeconds={nowSeconds} />);
  return (
    <>
      {active.length > 0 && <div class="columns">{tiles(active)}</div>}
      <div class="columns">{tiles(others)}</div>
    </>
  );
}

function Tile({ alarm, nowSeconds }: { readonly alarm: AlarmCard; readonly nowSeconds: number }) {
  const { name, state, description, severity } = alarm;
  const isActive = state === 'ALARM';
  return (
    <a class={`tile kind${isActive ? ' active' : ''}`} style={colourOfKind(state)} href={linkTo('alarms', name)}>
      <Icon of={state} size={18} />
      <b>{name}</b>
      {severity && <span class={`tag ${severity}`}>{severity}</span>}
      {isActive && <span class="tile-text">{description}</span>}
      <span class={isActive ? 'tile-text soft' : 'hidden'}>{stateSince(alarm, nowSeconds)}</span>
    </a>
  );
}

function stateSince({ state, sinceSeconds }: AlarmCard, nowSeconds: number): string {
  return sinceSeconds === undefined
    ? stateName(state)
    : `${stateName(state)} for ${duration(nowSeconds - sinceSeconds)}`;
}
