import type { ServerResponse } from 'node:http';
import type { ChainEvent } from '../aws/chain-events.ts';
import type { LogLine, Message, State } from './contract.ts';
import { createCounter, readLogLine } from './log-lines.ts';

/** What goes to every open page without being asked for. */
export interface Messages {
  note(event: ChainEvent): void;
  /** A page listens from here on, until it goes. */
  join(response: ServerResponse): void;
  tellState(): void;
  close(): void;
}

/** Often enough to look live, seldom enough that a load test does not drown the page. */
const tickMilliseconds = 200;
const linesPerTick = 60;
const keptLines = 200;
/** Comments keep proxies and tunnels from ending a silent connection. */
const heartbeatMilliseconds = 15_000;

export function createMessages(state: () => State, redAlarms: () => number): Messages {
  const pages = new Set<ServerResponse>();
  const counter = createCounter();
  const kept: LogLine[] = [];
  let fresh: LogLine[] = [];
  let leftOut = 0;
  let counted = false;
  let rung = false;

  const tell = (message: Message, to: Iterable<ServerResponse> = pages): void => {
    const text = `data: ${JSON.stringify(message)}\n\n`;
    for (const page of to) page.write(text);
  };
  const tick = setInterval(() => {
    if (counted) tell({ kind: 'numbers', numbers: counter.numbers() });
    if (rung) tell({ kind: 'alarms', red: redAlarms() });
    if (fresh.length > 0) tell({ kind: 'log', lines: fresh, leftOut });
    [fresh, leftOut, counted, rung] = [[], 0, false, false];
  }, tickMilliseconds);
  const heartbeat = setInterval(() => {
    for (const page of pages) page.write(': still here\n\n');
  }, heartbeatMilliseconds);

  return {
    note(event) {
      counter.note(event);
      counted = true;
      if (event.kind === 'alarm') rung = true;
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
      // What is about to be told to all is not told twice.
      const old = kept.slice(0, kept.length - fresh.length).slice(-keptLines);
      tell({ kind: 'state', state: state() }, [response]);
      tell({ kind: 'numbers', numbers: counter.numbers() }, [response]);
      tell({ kind: 'alarms', red: redAlarms() }, [response]);
      if (old.length > 0) tell({ kind: 'log', lines: old, leftOut: 0 }, [response]);
      pages.add(response);
      response.on('close', () => pages.delete(response));
    },
    tellState: () => tell({ kind: 'state', state: state() }),
    close() {
      clearInterval(tick);
      clearInterval(heartbeat);
      for (const page of pages) page.end();
    },
  };
}
