import type { ServerResponse } from 'node:http';
import { canaryMetrics, counters, measures, purgeMetrics } from '../../src/metrics.ts';
import type { ChainEvent } from '../aws/chain-events.ts';
import type { LogLine, Message, Numbers, State } from './contract.ts';

type Fields = Readonly<Record<string, unknown>>;
type Facts = LogLine['facts'];
type Read = Omit<LogLine, 'at' | 'group' | 'raw'>;

/** Reads what a log line is, and its facts. */
export function readLogLine(at: number, group: string, raw: string): LogLine {
  return { at, group, raw, ...readRaw(raw) };
}

function readRaw(raw: string): Read {
  const [, edgeText] = edgeFunctionLine.exec(raw) ?? [];
  if (edgeText !== undefined) return readEdgeFunction(edgeText);
  const fields = fieldsOf(raw);
  if (!fields) return { kind: 'text', level: errorText.test(raw) ? 'error' : 'info', headline: raw, facts: [] };
  if ('_aws' in fields) return readMetrics(fields);
  if (typeof fields.type === 'string' && fields.type.startsWith('platform.')) return readPlatform(fields);
  if ('route' in fields && 'status' in fields) return readAccess(fields);
  return readService(fields);
}

const errorText = /\bERROR\b|Task timed out|Runtime\.ExitError/;
/** Each line of a CloudFront Function begins with the request id. */
const edgeFunctionLine = /^[\w-]{50,}==? (.*)$/s;

function fieldsOf(raw: string): Fields | undefined {
  if (!raw.startsWith('{')) return undefined;
  try {
    return JSON.parse(raw) as Fields;
  } catch {
    // Text that begins with a brace.
    return undefined;
  }
}

const metricNames = Object.keys({ ...counters, ...measures, ...canaryMetrics, ...purgeMetrics });
const badCounters = ['Faults', 'LoopSuspects', 'CanaryFailures', 'PurgeFailures', 'InvalidationsHeldBack'] satisfies (
  | keyof typeof counters
  | keyof typeof canaryMetrics
  | keyof typeof purgeMetrics
)[];

/** Zeros are left to the raw line. */
function readMetrics(fields: Fields): Read {
  const facts = factsIn(
    fields,
    metricNames.filter((name) => Number(fields[name])),
  );
  const isBad = badCounters.some((name) => Number(fields[name]) > 0);
  return { kind: 'metrics', level: isBad ? 'warn' : 'info', headline: 'metrics', facts };
}

const platformHeadlines: Readonly<Record<string, string>> = {
  'platform.initStart': 'A new Lambda environment starts',
  'platform.start': 'Lambda starts',
  'platform.initReport': 'The environment failed to start',
};

function readPlatform({ type, record }: Fields): Read {
  const { metrics = {}, ...rest } = (record ?? {}) as Fields & { readonly metrics?: Fields };
  if (type === 'platform.report') {
    const facts = factsIn(metrics, ['durationMs', 'initDurationMs', 'maxMemoryUsedMB']);
    const level = rest.status === 'success' ? 'info' : 'error';
    return { kind: 'report', level, headline: `Lambda ended: ${String(rest.status)}`, facts };
  }
  const level = type === 'platform.initReport' ? 'error' : 'info';
  const facts = factsIn(rest, ['requestId', 'phase']);
  return { kind: 'lifecycle', level, headline: platformHeadlines[String(type)] ?? String(type), facts };
}

function readEdgeFunction(text: string): Read {
  const fields = fieldsOf(text) ?? {};
  const headline = fields.event === 'EdgeRedirect' ? `The edge redirects ${String(fields.uri)}` : text;
  return { kind: 'edge', level: 'info', headline, facts: factsIn(fields, ['status']) };
}

function readAccess(fields: Fields): Read {
  const status = Number(fields.status);
  const headline = `API ${String(fields.method)} ${String(fields.route)}: ${status}`;
  const level = status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info';
  return {
    kind: 'access',
    level,
    headline,
    facts: factsIn(fields, ['lambdaMilliseconds', 'bytes', 'error', 'lambdaError']),
  };
}

const levels: Readonly<Record<string, LogLine['level']>> = { ERROR: 'error', CRITICAL: 'error', WARN: 'warn' };

function readService(fields: Fields): Read {
  const { message, level } = fields;
  const headline = typeof message === 'string' ? message : JSON.stringify(message ?? fields);
  const facts = factsIn(fields, ['preset', 'key', 'status', 'code', 'TotalMs', 'error']);
  return { kind: 'service', level: levels[String(level)] ?? 'info', headline, facts };
}

function factsIn(fields: Fields, names: readonly string[]): Facts {
  return names.flatMap((name): Facts => {
    const value = fields[name];
    if (value === undefined || value === null || value === '' || value === '-') return [];
    if (typeof value === 'number' && !Number.isInteger(value)) return [[name, value.toFixed(1)]];
    return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]];
  });
}

/** Counts what the page's numbers show: requests and errors at the endpoints, and the Lambda's counters. */
export function createCounter() {
  const numbers = { requests: 0, hits: 0, redirects: 0, resizes: 0, loopSuspects: 0, raced: 0, refusals: 0, faults: 0 };

  function onHop({ endpoint, status, edge }: Extract<ChainEvent, { kind: 'hop' }>['hop']): void {
    if (endpoint === 'website') return;
    if (endpoint === 'edge') {
      numbers.requests += 1;
      if (/^(Refresh)?Hit$/.test(edge?.resultType ?? '')) numbers.hits += 1;
      if (status >= 300 && status < 400 && status !== 304) numbers.redirects += 1;
    }
    if (status >= 500) numbers.faults += 1;
    else if (status >= 400) numbers.refusals += 1;
  }

  function onLine(line: string): void {
    if (!line.includes('"_aws"')) return;
    const fields = fieldsOf(line) ?? {};
    const count = (name: keyof typeof counters) => Number(fields[name] ?? 0) || 0;
    numbers.resizes += count('Resized');
    numbers.loopSuspects += count('LoopSuspects');
    numbers.raced += count('RacedRequests');
  }

  return {
    on(event: ChainEvent): void {
      if (event.kind === 'hop') onHop(event.hop);
      else if (event.kind === 'log') onLine(event.line);
    },
    numbers: (): Numbers => ({ ...numbers }),
  };
}

/** Server-sent events to every open page. */
interface Messages {
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
