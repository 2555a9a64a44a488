/** One call of a version of the function, and what Lambda says that it took. */
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { eventFor } from '../handler/programs/event.ts';
import { type InvocationReport, readReport } from './invocation-report.ts';

export interface Invoked {
  readonly memoryMegabytes: number;
  readonly photo: string;
  readonly preset: string;
  readonly weight: number;
  /** Of the original. */
  readonly bytesIn: number;
  readonly report: InvocationReport;
  /** Milliseconds that the handler waited for S3, after its own count. */
  readonly s3Milliseconds: number | undefined;
  readonly isOutOfMemory: boolean;
}

export type Call = Pick<Invoked, 'memoryMegabytes' | 'photo' | 'preset' | 'weight' | 'bytesIn'> & {
  readonly functionName: string;
  readonly version: string;
  readonly key: string;
  readonly location: string;
};

/** Throws where the answer was anything but the 301 of an image that was made just now: then nothing was measured. */
export async function invoke(client: LambdaClient, call: Call): Promise<Invoked> {
  const { memoryMegabytes, photo, preset, weight, bytesIn, functionName, version, key, location } = call;
  const { Payload, LogResult, FunctionError } = await client.send(
    new InvokeCommand({
      FunctionName: functionName,
      Qualifier: version,
      LogType: 'Tail',
      Payload: Buffer.from(JSON.stringify({ ...eventFor(preset, key), rawQueryString: `key=${preset}/${key}` })),
    }),
  );
  const log = Buffer.from(LogResult ?? '', 'base64').toString();
  const answer = Buffer.from(Payload ?? []).toString();
  const report = readReport(log);
  const what = `${photo} ${preset} at ${memoryMegabytes} MB`;
  if (!report)
    throw new Error(
      `Void: the log of ${what} has no report: expected the function to log what the system says, at level INFO`,
    );
  const result = { memoryMegabytes, photo, preset, weight, bytesIn, report };
  if (FunctionError) {
    // The kernel ends a process that has used up its memory; Lambda says which limit it was by the number.
    if (report.peakMegabytes >= report.memoryMegabytes)
      return { ...result, s3Milliseconds: undefined, isOutOfMemory: true };
    throw new Error(`Void: ${what} failed: ${answer}`);
  }
  const { statusCode, headers = {}, body = '' } = JSON.parse(answer);
  if (statusCode !== 301 || headers.Location !== location) {
    const isRefusal = String(headers['Content-Type']).startsWith('application/json');
    const said = headers.Location ?? (isRefusal ? body : '');
    throw new Error(
      `Void: ${what} was answered ${statusCode} ${said}: expected 301 ${location}, the answer of an image that was made just now`,
    );
  }
  return { ...result, s3Milliseconds: waitedForS3(headers['Server-Timing']), isOutOfMemory: false };
}

/** The HEAD runs beside the GET and is not waited for. */
export function waitedForS3(serverTiming: unknown): number | undefined {
  const phase = (name: string) => {
    const found = new RegExp(`(?:^|, )${name};dur=([\\d.]+)`).exec(String(serverTiming ?? ''))?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const [get, put] = [phase('get'), phase('put')];
  return get === undefined || put === undefined ? undefined : get + put;
}
