import type { ServerResponse } from 'node:http';
import type { ChainEvent } from '../aws/chain-events.ts';
import type { LogLine, Message, State } from './contract.ts';
import { createCounter, readLogLine } from './log-lines.ts';

/** Server-sent events to every open page. */
export interface Messages {
  on(event: ChainEvent): void;
  /** Sends everything so far to a page, and what happens until it leaves. */
  join(response: ServerResponse): void;
  sendState(): void;
  close(): void;
}

/** Often enough to look live, and few enough messages in a load test. */
const tickMilliseconds = 200;
const linesPerTick = 60;
const keptLines = 200;
/** Proxies and tunnels close a silent connection. */
const heartbeatMilliseconds = 15_000;

export function createMessages(state: () => State, redAlarms: () => number): Messages {
  const pages = new Set<ServerResponse>();
  const counter = createCounter();
  const kept: LogLine[] = [];
  let fresh: LogLine[] = [];
  let leftOut = 0;
  let hasEvents = false;
  let hasTransitions = false;

  const send = (message: Message, to: Iterable<ServerResponse> = pages): void => {
    const text = `data: ${JSON.stringify(message)}\n\n`;
    for (const page of to) page.write(text);
  };
  const tick = setInterval(() => {
    if (hasEvents) send({ kind: 'numbers', numbers: counter.numbers() });
    if (hasTransitions) send({ kind: 'alarms', red: redAlarms() });
    if (fresh.length > 0) send({ kind: 'log', lines: fresh, leftOut });
    [fresh, leftOut, hasEvents, hasTransitions] = [[], 0, false, false];
  }, tickMilliseconds);
  const heartbeat = setInterval(() => {
    for (const page of pages) page.write(': heartbeat\n\n');
  }, heartbeatMilliseconds);

  return {
    on(event) {
      counter.on(event);
      hasEvents = true;
      if (event.kind === 'alarm') hasTransitions = true;
      if (event.kind !== 'log') return;
      if (fresh.length >= linesPerTick) {
        leftOut += 1;
        return;
      }
      const line = readLogLine(event.at, event.group, event.line);
      fresh.push(line);
      kept.push(line);
      if (kept.length > keptLines * 2) kept.splice(0, kept.length - keptLines);
    },
    join(response) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      // The fresh lines come with the next tick.
      const lines = kept.slice(0, kept.length - fresh.length).slice(-keptLines);
      send({ kind: 'state', state: state() }, [response]);
      send({ kind: 'numbers', numbers: counter.numbers() }, [response]);
      send({ kind: 'alarms', red: redAlarms() }, [response]);
      if (lines.length > 0) send({ kind: 'log', lines, leftOut: 0 }, [response]);
      pages.add(response);
      response.on('close', () => pages.delete(response));
    },
    sendState: () => send({ kind: 'state', state: state() }),
    close() {
      clearInterval(tick);
      clearInterval(heartbeat);
      for (const page of pages) page.end();
    },
  };
}
