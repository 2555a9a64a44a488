export interface Report {
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
