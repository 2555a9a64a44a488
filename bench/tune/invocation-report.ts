/** What Lambda writes of each call at the end of its log, as text or as JSON. Pure. */
export interface InvocationReport {
  readonly durationMilliseconds: number;
  readonly billedMilliseconds: number;
  /** Only of the first call of a process. */
  readonly initMilliseconds?: number;
  readonly memoryMegabytes: number;
  readonly peakMegabytes: number;
}

/** `undefined`: the log does not hold one, as when its level leaves out what the system says. */
export function readReport(log: string): InvocationReport | undefined {
  for (const line of log.split('\n').reverse()) {
    const report = line.startsWith('{') ? fromJson(line) : fromText(line);
    if (report) return report;
  }
  return undefined;
}

function fromJson(line: string): InvocationReport | undefined {
  let event: { type?: unknown; record?: { metrics?: Record<string, unknown> } };
  try {
    event = JSON.parse(line);
  } catch {
    // The tail of a log is cut off somewhere in its first line.
    return undefined;
  }
  if (event.type !== 'platform.report') return undefined;
  const { durationMs, billedDurationMs, initDurationMs, memorySizeMB, maxMemoryUsedMB } = event.record?.metrics ?? {};
  return complete(durationMs, billedDurationMs, initDurationMs, memorySizeMB, maxMemoryUsedMB);
}

function fromText(line: string): InvocationReport | undefined {
  if (!line.startsWith('REPORT RequestId:')) return undefined;
  const field = (name: string) => {
    const value = new RegExp(`(?:^|\\t)${name}: ([\\d.]+) (?:ms|MB)`).exec(line)?.[1];
    return value === undefined ? undefined : Number(value);
  };
  return complete(
    field('Duration'),
    field('Billed Duration'),
    field('Init Duration'),
    field('Memory Size'),
    field('Max Memory Used'),
  );
}

function complete(...fields: readonly unknown[]): InvocationReport | undefined {
  const [durationMilliseconds, billedMilliseconds, initMilliseconds, memoryMegabytes, peakMegabytes] = fields.map(
    (field) => (typeof field === 'number' ? field : undefined),
  );
  if (
    durationMilliseconds === undefined ||
    billedMilliseconds === undefined ||
    memoryMegabytes === undefined ||
    peakMegabytes === undefined
  ) {
    return undefined;
  }
  const always = { durationMilliseconds, billedMilliseconds, memoryMegabytes, peakMegabytes };
  return initMilliseconds === undefined ? always : { ...always, initMilliseconds };
}
