import type { Hop, Step } from '../contract.ts';
import { isRedirect } from './chain-captions.ts';
import { bytes, time } from './format.ts';

/** Headers that decide what happens next. */
const headersOfRedirects = ['location', 'cache-control', 'age'];
const headersOfAnswers = ['content-type', 'cache-control', 'age', 'retry-after', 'x-amz-error-code'];

const endpoints: Readonly<Record<Hop['place'], string>> = {
  edge: 'CloudFront',
  api: 'API Gateway',
  website: 'S3 website',
  elsewhere: 'another host',
};

/** Of a loop, the hops between these are folded. */
const [shownFirst, shownLast] = [4, 2];

interface Props {
  readonly hops: readonly Hop[];
}

export function HopList({ hops }: Props) {
  const items = hops.map((hop, index) => <HopItem key={index} hop={hop} number={index + 1} />);
  const isLong = hops.length > shownFirst + shownLast + 1;
  const folded = isLong ? items.slice(shownFirst, -shownLast) : [];
  return (
    <div class="hop-list">
      <h3>{hops.length === 1 ? 'One hop' : `${hops.length} hops`}</h3>
      <ol class="hops">{isLong ? items.slice(0, shownFirst) : items}</ol>
      {isLong && (
        <>
          <details class="folded">
            <summary>{folded.length} more hops, the same two in turn</summary>
            <ol class="hops">{folded}</ol>
          </details>
          <ol class="hops">{items.slice(-shownLast)}</ol>
        </>
      )}
    </div>
  );
}

interface HopItemProps {
  readonly hop: Hop;
  readonly number: number;
}

function HopItem({ hop, number }: HopItemProps) {
  const { place, method, url, status, headers, milliseconds, from, says, bytes: size, steps } = hop;
  const cache = headers['x-cache'];
  const isCached = from === 'browser';
  // Scheme and host are the same each time.
  const { pathname, search } = new URL(url);
  return (
    <li class="hop" value={number}>
      <div class="hop-head">
        <span class="hop-number" aria-hidden="true">
          {number}
        </span>
        <strong>{endpoints[place]}</strong>
        <span class={`hop-status s${Math.floor(status / 100)}`}>{status}</span>
        {isCached && <span class="tag cached">from the browser’s cache</span>}
        {!isCached && cache && <span class={/^(Refresh)?Hit/i.test(cache) ? 'tag hit' : 'tag'}>{cache}</span>}
        <span class="hop-time">
          {isCached ? 'no request' : time(milliseconds)}
          {size > 0 && `, ${bytes(size)}`}
        </span>
      </div>
      <p>{says}</p>
      <p class="url">
        {method} {pathname + search}
      </p>
      <Headers rows={mainHeaders(hop)} />
      {steps.length > 0 && (
        <ul class="steps" aria-label="Behind this endpoint">
          {steps.map((step, index) => (
            <StepItem key={index} step={step} />
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

function StepItem({ step }: { readonly step: Step }) {
  if (step.part === 'website') {
    return (
      <li>
        <b>S3 website</b> {step.status}
      </li>
    );
  }
  if (step.part === 'lambda') {
    const { milliseconds, initMilliseconds, megabytes, status } = step;
    const start = initMilliseconds === undefined ? '' : `, after ${time(initMilliseconds)} to start`;
    return (
      <li>
        <b>Lambda</b> {time(milliseconds)}
        {start}, {megabytes} MB{status === 'success' ? '' : `, ${status}`}
      </li>
    );
  }
  const { part, operation, status, milliseconds, isFault } = step;
  return (
    <li>
      <b>S3 {part}</b> {operation} {status === 0 ? 'no answer' : status}, {time(milliseconds)}{' '}
      {isFault && <span class="tag">injected fault</span>}
    </li>
  );
}
