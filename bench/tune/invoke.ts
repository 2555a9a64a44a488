/** One call of a version of the function, and what Lambda reports of it. */
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { originHeader } from '../../src/core/origin-header.ts';
import { eventFor } from '../run/invocation.ts';
import type { TunedFunction } from './function.ts';

export interface Invocation {
  readonly report: NonNullable<ReturnType<typeof readReport>>;
  readonly fault?: { readonly kind: 'out-of-memory' | 'deadline'; readonly text: string };
  /** What the handler waited for S3, by its own count. */
  readonly s3Milliseconds?: number;
}

/** Returns undefined where the derivative existed: the SDK has repeated a call whose answer was lost. */
export async function invoke(
  client: LambdaClient,
  { name, timeoutMilliseconds, originSecret }: TunedFunction,
  { version, preset, key }: Readonly<Record<'version' | 'preset' | 'key', string>>,
  memoryMegabytes: number,
): Promise<Invocation | undefined> {
  const headers = originSecret === undefined ? {} : { [originHeader.toLowerCase()]: originSecret };
  const event = { ...eventFor(preset, key), headers, rawQueryString: `key=${preset}/${key}` };
  const { LogResult, Payload, FunctionError } = await client.send(
    new InvokeCommand({ FunctionName: name, Qualifier: version, LogType: 'Tail', Payload: JSON.stringify(event) }),
  );
  const report = readReport(Buffer.from(LogResult ?? '', 'base64').toString());
  if (!report) throw new Error('The log of a call has no report: the function must log system events at level INFO');
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString() || '{}');
  const failed = (kind: 'out-of-memory' | 'deadline', text: string) => ({ report, fault: { kind, text } });
  if (FunctionError) {
    // The numbers say which limit ended the process. Lambda's message does not always.
    if (report.peakMegabytes >= memoryMegabytes) return failed('out-of-memory', 'ran out of memory');
    if (report.durationMilliseconds >= timeoutMilliseconds) return failed('deadline', 'timed out');
    return failed('deadline', `failed: ${String(answer.errorMessage).slice(0, 200)}`);
  }
  if (answer.statusCode === 200) return undefined;
  if (answer.statusCode !== 301) {
    return failed('deadline', `was answered ${answer.statusCode} ${String(answer.body).slice(0, 200)}`);
  }
  const s3Milliseconds = waitedForS3(answer.headers?.['Server-Timing']);
  return { report, ...(s3Milliseconds !== undefined && { s3Milliseconds }) };
}

/**
 * Reads what Lambda writes at the end of a call's log, as text or as JSON. Only the first call of a process has the time of
 * its start. Returns undefined where the log has no report: it leaves out system events, or the tail was cut.
 */
export function readReport(log: string) {
  const line = log.split('\n').findLast((one) => /^REPORT RequestId:|^\{.*"type":"platform\.report"/.test(one));
  const field = (text: string, json: string) => {
    const value = new RegExp(`(?:\\t${text}: |"${json}":)([\\d.]+)`).exec(line ?? '')?.[1];
    return value === undefined ? undefined : Number(value);
  };
  const durationMilliseconds = field('Duration', 'durationMs');
  const billedMilliseconds = field('Billed Duration', 'billedDurationMs');
  const peakMegabytes = field('Max Memory Used', 'maxMemoryUsedMB');
  if (durationMilliseconds === undefined || billedMilliseconds === undefined || peakMegabytes === undefined) return;
  const initMilliseconds = field('Init Duration', 'initDurationMs');
  return { durationMilliseconds, billedMilliseconds, peakMegabytes, initMilliseconds };
}

/** GET and PUT. The HEAD runs beside the GET. */
export function waitedForS3(serverTiming: unknown): number | undefined {
  const phases = [...String(serverTiming).matchAll(/(?:^|, )(?:get|put);dur=([\d.]+)/g)];
  return phases.length === 2 ? phases.reduce((sum, [, value]) => sum + Number(value), 0) : undefined;
}
