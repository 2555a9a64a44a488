import type { EndpointHop } from '../../local/aws/chain-events.ts';
import type { S3Call } from '../../local/aws/s3/server.ts';
import type { Chain } from '../../local/chain/start-chain.ts';
import type { Counter } from '../../src/metrics.ts';

/** What went on inside a chain while something was asked of it. */
export interface Trace {
  /** At edge, website and API, with the names of AWS in each Location. */
  readonly passed: readonly EndpointHop[];
  /** S3 calls of the Lambda. */
  readonly calls: readonly S3Call[];
  /** What the Lambda counted, summed over its calls. */
  readonly counted: Readonly<Record<Counter, number>>;
}

/** Does the work, and gives what the chain told of it. Nothing else may be asked of the chain meanwhile. */
export async function traced<T>(chain: Chain, work: () => Promise<T>): Promise<{ readonly result: T } & Trace> {
  const passed: EndpointHop[] = [];
  const calls: S3Call[] = [];
  const lines: string[] = [];
  const stop = chain.events.listen((event) => {
    if (event.kind === 'hop') passed.push(event.hop);
    if (event.kind === 's3' && typeof event.call.caller === 'object') calls.push(event.call);
    if (event.kind === 'log' && event.group === chain.lambda.function.logGroup) lines.push(event.line);
  });
  try {
    const result = await work();
    return { result, passed, calls, counted: countersIn(lines) };
  } finally {
    stop();
  }
}

/** Sums the counters of EMF lines: what CloudWatch would make metrics of. */
export function countersIn(lines: readonly string[]): Record<Counter, number> {
  const sums = {
    ResizeRequests: 0,
    Resized: 0,
    LoopSuspects: 0,
    RacedRequests: 0,
    ReducedReplies: 0,
    LookUpFailures: 0,
    FocalPointsIgnored: 0,
    Fallbacks: 0,
    OriginalMissing: 0,
    OriginalBroken: 0,
    Refused: 0,
    DirectCalls: 0,
    Faults: 0,
    ColdStarts: 0,
  } satisfies Record<Counter, number>;
  for (const line of lines) {
    if (!line.includes('"CloudWatchMetrics"')) continue;
    const record: Record<string, unknown> = JSON.parse(line);
    for (const name of Object.keys(sums) as Counter[]) sums[name] += Number(record[name] ?? 0);
  }
  return sums;
}
