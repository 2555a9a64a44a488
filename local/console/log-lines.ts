import type { ChainEvent } from '../aws/chain-events.ts';
import { isRecord } from '../aws/template/template.ts';
import type { LogLine, Numbers } from './contract.ts';

type Read = Omit<LogLine, 'at' | 'group' | 'raw'>;
type Fields = Readonly<Record<string, unknown>>;
type Facts = LogLine['facts'];

/** A log line as a person reads it: what it is, in a few words, and its facts one by one. */
export function readLogLine(at: number, group: string, raw: string): LogLine {
  return { at, group, raw, ...readLine(raw) };
}

function readLine(raw: string): Read {
  const report = readReport(raw);
  if (report) return readLambdaReport(report);
  const [, atEdge] = edgeLine.exec(raw) ?? [];
  if (atEdge !== undefined) return readEdgeFunction(atEdge);
  const fields = fieldsOf(raw);
  if (!fields) return { kind: 'text', level: levelOfText(raw), headline: raw, facts: [] };
  if (isMetricsLine(raw)) return readMetrics(fields);
  if (typeof fields.type === 'string' && fields.type.startsWith('platform.')) return readPlatform(fields);
  if ('route' in fields && 'status' in fields) return readAccess(fields);
  return readService(fields);
}

function fieldsOf(raw: string): Fields | undefined {
  if (!raw.startsWith('{')) return undefined;
  try {
    return JSON.parse(raw) as Fields;
  } catch {
    // Text that begins with a brace.
    return undefined;
  }
}

function readLambdaReport(report: NonNullable<ReturnType<typeof readReport>>): Read {
  const { milliseconds, initMilliseconds, megabytes, status } = report;
  const facts: Facts = [
    ['took', `${milliseconds.toFixed(1)} ms`],
    ...(initMilliseconds === undefined ? [] : [['start', `${initMilliseconds.toFixed(0)} ms`] as const]),
    ['peak memory', `${megabytes} MB`],
  ];
  const ended = status === 'success' ? 'Lambda has answered' : `Lambda ended: ${status}`;
  return { kind: 'report', level: status === 'success' ? 'info' : 'error', headline: ended, facts };
}

interface Definition {
  readonly Name: string;
  readonly Unit?: string;
}

/** Counters that are 0 say nothing to a person, so they stay in the raw line. */
function readMetrics(fields: Fields): Read {
  const facts = definitionsIn(fields)
    .map(({ Name, Unit }) => ({ Name, Unit, value: sum(fields[Name]) }))
    .filter(({ value, Unit }) => value !== 0 || Unit !== 'Count')
    .map(({ Name, Unit, value }) => [Name, written(value, Unit)] as const);
  const bad = ['Faults', 'LoopSuspects'].filter((name) => sum(fields[name]) > 0);
  return { kind: 'metrics', level: bad.length > 0 ? 'warn' : 'info', headline: 'metrics', facts };
}

/** What CloudWatch rejects has none that could be read. */
function definitionsIn({ _aws: aws }: Fields): readonly Definition[] {
  const directives = isRecord(aws) && Array.isArray(aws.CloudWatchMetrics) ? aws.CloudWatchMetrics : [];
  return directives
    .flatMap((one): unknown[] => (isRecord(one) && Array.isArray(one.Metrics) ? one.Metrics : []))
    .filter((one): one is Definition => isRecord(one) && typeof one.Name === 'string');
}

function sum(value: unknown): number {
  return [value].flat().reduce<number>((total, one) => total + (Number(one) || 0), 0);
}

const units: Readonly<Record<string, string>> = { Milliseconds: ' ms', Seconds: ' s', Megabytes: ' MB', Bytes: ' B' };

function written(value: number, unit = ''): string {
  if (unit === 'Bytes' && value >= 1000) return `${(value / 1000).toFixed(1)} kB`;
  return `${Number.isInteger(value) ? value : value.toFixed(1)}${units[unit] ?? ''}`;
}

function readPlatform({ type, record }: Fields): Read {
  const { requestId, phase } = (record ?? {}) as Fields;
  const names: Readonly<Record<string, string>> = {
    'platform.initStart': 'A new Lambda environment starts',
    'platform.start': 'Lambda begins',
    'platform.initReport': 'The start of the environment failed',
  };
  const facts = Object.entries({ requestId, phase }).flatMap(([name, value]): Facts => one(name, value));
  const level = type === 'platform.initReport' ? 'error' : 'info';
  return { kind: 'lifecycle', level, headline: names[String(type)] ?? String(type), facts };
}

/** Each line of a CloudFront Function begins with the id of the request. */
const edgeLine = /^[\w-]{50,}==? (.*)$/s;

function readEdgeFunction(text: string): Read {
  const { event, status, uri } = fieldsOf(text) ?? {};
  if (event === 'EdgeRedirect') {
    const headline = `The edge redirects ${String(uri)}`;
    return { kind: 'edge', level: 'info', headline, facts: one('status', status) };
  }
  const headline = text.startsWith('START ') ? 'The edge’s function begins' : text === 'END' ? 'It ends' : text;
  return { kind: 'edge', level: 'info', headline, facts: [] };
}

function readAccess(fields: Fields): Read {
  const status = Number(fields.status);
  const facts = ['lambdaMilliseconds', 'bytes', 'error', 'lambdaError'].flatMap((name) => one(name, fields[name]));
  const headline = `API ${String(fields.method)} ${String(fields.route)}: ${status}`;
  return { kind: 'access', level: levelOf(status), headline, facts };
}

const shown = new Set(['preset', 'key', 'status', 'code', 'TotalMs', 'error']);

function readService(fields: Fields): Read {
  const { message, level } = fields;
  const text = typeof message === 'string' ? message : JSON.stringify(message ?? fields);
  const facts = Object.entries(fields)
    .filter(([name]) => shown.has(name))
    .flatMap(([name, value]) => one(name, value));
  const levels: Readonly<Record<string, LogLine['level']>> = { ERROR: 'error', CRITICAL: 'error', WARN: 'warn' };
  return { kind: 'service', level: levels[String(level)] ?? 'info', headline: text, facts };
}

function one(name: string, value: unknown): Facts {
  if (value === undefined || value === null || value === '' || value === '-') return [];
  const number = typeof value === 'number' && !Number.isInteger(value);
  return [[name, number ? value.toFixed(1) : typeof value === 'object' ? JSON.stringify(value) : String(value)]];
}

function levelOf(status: number): LogLine['level'] {
  if (status >= 500) return 'error';
  return status >= 400 ? 'warn' : 'info';
}

function levelOfText(line: string): LogLine['level'] {
  return /\bERROR\b|Task timed out|Runtime\.ExitError/.test(line) ? 'error' : 'info';
}

/** Counts what the live strip shows: views at the edge, and what the Lambda's metrics lines say. */
interface Counter {
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

  function noteHop({ endpoint, status, edge }: Extract<ChainEvent, { kind: 'hop' }>['hop']): void {
    if (endpoint === 'website') return;
    if (endpoint === 'edge') {
      counted.views += 1;
      if (/^(Refresh)?Hit$/.test(edge?.resultType ?? '')) counted.hits += 1;
      if (status >= 300 && status < 400 && status !== 304) counted.redirects += 1;
    }
    if (status >= 500) counted.faults += 1;
    else if (status >= 400) counted.refused += 1;
  }

  function noteMetrics(line: string): void {
    const fields = metricFieldsOf(line);
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
function metricFieldsOf(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

/** The embedded metric format: a JSON line that says in `_aws` which of its fields are metrics. */
function isMetricsLine(line: string): boolean {
  return line.startsWith('{') && line.includes('"_aws"') && line.includes('"CloudWatchMetrics"');
}

interface Report {
  readonly milliseconds: number;
  readonly initMilliseconds?: number;
  readonly megabytes: number;
  readonly status: string;
}

/** What Lambda says of an invocation when it is over, in either log format. */
export function readReport(line: string): Report | undefined {
  return line.includes('"platform.report"') ? fromJson(line) : fromText(line);
}

function fromJson(line: string): Report | undefined {
  const { record } = JSON.parse(line) as {
    record: { status: string; metrics: { durationMs: number; initDurationMs?: number; maxMemoryUsedMB: number } };
  };
  const { durationMs, initDurationMs, maxMemoryUsedMB } = record.metrics;
  return {
    milliseconds: durationMs,
    ...(initDurationMs === undefined ? {} : { initMilliseconds: initDurationMs }),
    megabytes: maxMemoryUsedMB,
    status: record.status,
  };
}

function fromText(line: string): Report | undefined {
  if (!line.startsWith('REPORT RequestId:')) return undefined;
  const field = (name: string): string | undefined => new RegExp(`\\t${name}: ([^\\t ]+)`).exec(line)?.[1];
  const init = field('Init Duration');
  return {
    milliseconds: Number(field('Duration')),
    ...(init === undefined ? {} : { initMilliseconds: Number(init) }),
    megabytes: Number(field('Max Memory Used')),
    status: field('Status') ?? 'success',
  };
}
