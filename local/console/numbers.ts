import type { ChainEvent } from '../events.ts';
import type { Numbers } from './contract.ts';

/** Counts what the live strip shows: views at the edge, and what the Lambda's metrics lines say. */
export interface Counter {
  note(event: ChainEvent): void;
  numbers(): Numbers;
}

export function createCounter(): Counter {
  const counted = {
    views: 0,
    hits: 0,
    redirects: 0,
    resizes: 0,
    loopSuspects: 0,
    raced: 0,
    refused: 0,
    faults: 0,
  } satisfies Numbers;

  function noteHop({ door, status, cache = '' }: Extract<ChainEvent, { kind: 'hop' }>['hop']): void {
    if (door === 'website') return;
    if (door === 'edge') {
      counted.views += 1;
      if (/^(Refresh)?Hit$/.test(cache)) counted.hits += 1;
      if (status >= 300 && status < 400 && status !== 304) counted.redirects += 1;
    }
    if (status >= 500) counted.faults += 1;
    else if (status >= 400) counted.refused += 1;
  }

  function noteMetrics(line: string): void {
    const fields = fieldsOf(line);
    const count = (name: string) => Number(fields[name] ?? 0) || 0;
    counted.resizes += count('Resized');
    counted.loopSuspects += count('LoopSuspects');
    counted.raced += count('RacedRequests');
  }

  return {
    note(event) {
      if (event.kind === 'hop') noteHop(event.hop);
      else if (event.kind === 'log' && isMetricsLine(event.line)) noteMetrics(event.line);
    },
    numbers: () => ({ ...counted }),
  };
}

/** A line that was cut has none. */
function fieldsOf(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

/** The embedded metric format: a JSON line that says in `_aws` which of its fields are metrics. */
export function isMetricsLine(line: string): boolean {
  return line.startsWith('{') && line.includes('"_aws"') && line.includes('"CloudWatchMetrics"');
}
