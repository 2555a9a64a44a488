import { isHit, isRedirect } from '../../../src/core/view.ts';
import type { Hop, Step } from '../contract.ts';
import { names } from './chain-diagram.tsx';
import { bytes, time } from './format.ts';

/** Headers that decide what happens next. */
const headersOfRedirects = ['location', 'cache-control', 'age'];
const headersOfAnswers = ['content-type', 'cache-control', 'age', 'retry-after', 'x-amz-error-code'];

/** Of a loop, the hops between these are folded. */
const [shownFirst, shownLast] = [4, 2];

export function HopList({ hops }: { readonly hops: readonly Hop[] }) {
  const items = hops.map((hop, index) => <HopItem key={index} hop={hop} number={index + 1} />);
  const isLong = hops.length > shownFirst + shownLast + 1;
  const folded = isLong ? items.slice(shownFirst, -shownLast) : [];
  return (
    <div class="stack">
      <h3>{hops.length === 1 ? 'One hop' : `${hops.length} hops`}</h3>
      <ol class="stack">{isLong ? items.slice(0, shownFirst) : items}</ol>
      {isLong && (
        <>
          <details class="stack">
            <summary>{folded.length} more hops, the same two in turn</summary>
            <ol class="stack">{folded}</ol>
          </details>
          <ol class="stack">{items.slice(-shownLast)}</ol>
        </>
      )}
    </div>
  );
}

function HopItem({ hop, number }: { readonly hop: Hop; readonly number: number }) {
  const { endpoint, url, status, headers, milliseconds, from, description, bytes: size, steps } = hop;
  const cache = headers['x-cache'];
  const isCached = from === 'browser';
  // Scheme and host are the same each time.
  const { pathname, search } = new URL(url);
  return (
    <li class="hop box stack" value={number}>
      <div class="hop-head flow">
        <span class="hop-number" aria-hidden="true">
          {number}
        </span>
        <strong>{names[endpoint]}</strong>
        <span class={`hop-status s${Math.floor(status / 100)}`}>{status}</span>
        {isCached && <span class="tag cached">from the browser’s cache</span>}
        {!isCached && cache && <span class={isHit(hop) ? 'tag hit' : 'tag'}>{cache}</span>}
        <span class="hop-time soft">
          {isCached ? 'no request' : time(milliseconds)}
          {size > 0 && `, ${bytes(size)}`}
        </span>
      </div>
      <p>{description}</p>
      <p class="url">GET {pathname + search}</p>
      <Headers rows={mainHeaders(hop)} />
      {steps.length > 0 && (
        <ul class="steps flow" aria-label="Behind this endpoint">
          {steps.map(stepWords).map(([who, what]) => (
            <li key={who + what}>
              <b>{who}</b> {what}
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary>All headers of hop {number}</summary>
        <Headers rows={Object.entries(headers)} />
      </details>
    </li>
  );
}

type Row = readonly [name: string, value: string];

function Headers({ rows }: { readonly rows: readonly Row[] }) {
  return (
    <dl class="headers">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function mainHeaders({ status, headers }: Hop): Row[] {
  const rows = (isRedirect(status) ? headersOfRedirects : headersOfAnswers).flatMap((name): Row[] => {
    // A redirect without Cache-Control is cached by some: that it is missing matters.
    const value = headers[name] ?? (name === 'cache-control' && isRedirect(status) ? 'none' : undefined);
    return value === undefined ? [] : [[name, value]];
  });
  const timing = headers['server-timing'];
  if (timing === undefined) return rows;
  const phases = [...timing.matchAll(/([\w-]+);dur=([\d.]+)/g)].map(
    ([, name, spent]) => `${name} ${time(Number(spent))}`,
  );
  return [...rows, ['server-timing', phases.join(' · ')]];
}

/** What happened behind the endpoint: who, and what. */
function stepWords(step: Step): readonly [who: string, what: string] {
  if (step.part === 'edge-function') return ['Edge function', `asks for ${step.uri}, which Accept allows`];
  if (step.part === 'website') return ['S3 website', `${step.status}`];
  if (step.part === 'lambda') {
    const { milliseconds, initMilliseconds, megabytes, status } = step;
    const start = initMilliseconds === undefined ? '' : `, after ${time(initMilliseconds)} to start`;
    return ['Lambda', `${time(milliseconds)}${start}, ${megabytes} MB${status === 'success' ? '' : `, ${status}`}`];
  }
  const { part, operation, status, milliseconds, isFault } = step;
  const answer = `${operation} ${status === 0 ? 'no answer' : status}, ${time(milliseconds)}`;
  return [`S3 ${part}`, isFault ? `${answer} (injected fault)` : answer];
}
