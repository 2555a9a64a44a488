import { randomBytes } from 'node:crypto';
import { cloudFrontApiHost } from '../cloudfront/invalidations.ts';
import type { Addresses } from '../http/hosts.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { FunctionError } from './messages.ts';
import { startWorker, type Worker, type WorkerOutcome } from './worker.ts';

export interface LambdaEvent {
  readonly requestId: string;
  /** JSON. */
  readonly event: string;
  readonly invokedFunctionArn: string;
  readonly traceId: string;
}

type EventEnd = { readonly payload: string } | { readonly error: FunctionError };
/** How an event ended, with Lambda's report. */
export type EventResult = EventEnd & { readonly report: LambdaReport };

export interface EnvironmentOptions extends WorkerSettings {
  readonly clock: { now(): number };
  log(line: string): void;
}

/** Runs one event at a time. A process that died is replaced. */
export interface ExecutionEnvironment {
  run(event: LambdaEvent): Promise<EventResult>;
  stop(): Promise<void>;
}

/** "Lambda execution environment": module code that takes longer is run again within the first event. */
const initLimitMilliseconds = 10_000;

export function createEnvironment(fn: LambdaFunction, options: EnvironmentOptions): ExecutionEnvironment {
  const { clock } = options;
  const timeoutMilliseconds = fn.timeoutSeconds * 1000;
  const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
  const logStream = `${day}/[${fn.version}]${randomBytes(16).toString('hex')}`;
  let fresh = true;
  let worker: Worker | undefined;
  let stopped = false;

  // What a process prints while the chain stops is not logged.
  const log = (line: string): void => {
    if (!stopped) options.log(line);
  };
  const time = (): string => new Date(clock.now()).toISOString();

  function start(): Worker {
    if (stopped) throw new Error('The execution environment has been stopped');
    return startWorker({
      variables: workerVariables(fn, logStream, options),
      directory: fn.codeDirectory,
      timeoutSeconds: fn.timeoutSeconds,
      memoryMegabytes: fn.memoryMegabytes,
      log,
    });
  }

  /** The init phase of a new environment, before its first event. */
  async function init(): Promise<number | undefined> {
    fresh = false;
    log(initStartLine(fn, time()));
    worker = start();
    const begin = performance.now();
    const outcome = await worker.init(initLimitMilliseconds);
    const milliseconds = performance.now() - begin;
    if (outcome.end === 'returned') return milliseconds;
    log(initReportLine(time(), milliseconds, outcome.end === 'timeout' ? 'timeout' : 'error'));
    await worker.kill();
    return undefined;
  }

  /** After a process has died, module code runs within the event and counts against its timeout. */
  async function runOn(event: LambdaEvent): Promise<{ outcome: WorkerOutcome; worker: Worker }> {
    const begin = performance.now();
    if (!worker?.alive) {
      worker = start();
      const outcome = await worker.init(timeoutMilliseconds);
      if (outcome.end !== 'returned') return { outcome, worker };
    }
    const message = { ...event, clockOffsetMilliseconds: clockOffset(clock), addresses: options.addresses?.() ?? {} };
    const outcome = await worker.run(message, timeoutMilliseconds - (performance.now() - begin));
    return { outcome, worker };
  }

  return {
    async run(event) {
      const { requestId } = event;
      const initMilliseconds = fresh ? await init() : undefined;
      log(startLine(fn, time(), requestId));
      const begin = performance.now();
      const { outcome, worker } = await runOn(event);
      const durationMilliseconds = performance.now() - begin;
      const result = resultOf(outcome, requestId, fn);
      if (outcome.end === 'failed') log(errorLine(time(), requestId, outcome.error));
      const errorType = outcome.end === 'out-of-memory' ? 'Runtime.OutOfMemory' : errorTypeOf(result);
      const report: LambdaReport = {
        requestId,
        durationMilliseconds,
        ...(initMilliseconds !== undefined && { initMilliseconds }),
        peakMegabytes: Math.min(fn.memoryMegabytes, Math.ceil(worker.peakBytes / 1024 / 1024)),
        status: outcome.end === 'returned' ? 'success' : outcome.end === 'timeout' ? 'timeout' : 'error',
        ...(errorType !== undefined && { errorType }),
      };
      log(reportLine(fn, time(), report));
      return { ...result, report };
    },
    async stop() {
      stopped = true;
      await worker?.kill();
    },
  };
}

/** What a caller of Lambda gets: the answer or an error. */
function resultOf(outcome: WorkerOutcome, requestId: string, fn: LambdaFunction): EventEnd {
  const ended = (errorType: string, reason: string): EventEnd => ({
    error: { errorType, errorMessage: `RequestId: ${requestId} Error: ${reason}` },
  });
  switch (outcome.end) {
    case 'returned':
      return { payload: outcome.payload };
    case 'failed':
      return { error: outcome.error };
    case 'timeout':
      return ended('Sandbox.Timedout', `Task timed out after ${fn.timeoutSeconds.toFixed(2)} seconds`);
    case 'out-of-memory':
      return ended('Runtime.ExitError', 'Runtime exited with error: signal: killed');
    case 'exited':
      return ended('Runtime.ExitError', outcome.reason);
  }
}

function errorTypeOf(result: EventEnd): string | undefined {
  return 'error' in result ? result.error.errorType : undefined;
}

/** The clocks are not read at the same instant, so less than a second counts as no offset. */
function clockOffset(clock: { now(): number }): number {
  const ahead = clock.now() - Date.now();
  return Math.abs(ahead) < 1000 ? 0 : ahead;
}

interface WorkerSettings {
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
  /** Where S3 is. This and the endpoint of CloudFront's API are variables that the function does not find on AWS. */
  readonly s3Endpoint: string;
  /** The addresses of the chain's hosts, by which the function can reach them. */
  addresses?(): Addresses;
}

/** The environment of the function's process: the template's variables and those that Lambda adds. */
function workerVariables(
  fn: LambdaFunction,
  logStream: string,
  { region, credentials, s3Endpoint, addresses }: WorkerSettings,
): Record<string, string> {
  const cloudFrontEndpoint = addresses?.()[cloudFrontApiHost];
  return {
    ...fn.variables,
    _HANDLER: fn.handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: fn.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: fn.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    AWS_LAMBDA_LOG_LEVEL: fn.applicationLogLevel,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_ENDPOINT_URL_S3: s3Endpoint,
    ...(cloudFrontEndpoint !== undefined && { AWS_ENDPOINT_URL_CLOUDFRONT: cloudFrontEndpoint }),
    LAMBDA_TASK_ROOT: fn.codeDirectory,
    LAMBDA_RUNTIME_DIR: import.meta.dirname,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
  };
}

/** What Lambda reports of one run of a function. */
export interface LambdaReport {
  readonly requestId: string;
  readonly durationMilliseconds: number;
  /** In the first run of an environment. */
  readonly initMilliseconds?: number;
  readonly peakMegabytes: number;
  readonly status: 'success' | 'error' | 'timeout';
  readonly errorType?: string;
}

/** Lines that Lambda itself writes into the log of a function, in JSON ("Lambda Telemetry API event schema reference"). */
function initStartLine(fn: LambdaFunction, time: string): string {
  return systemLine(time, 'platform.initStart', {
    initializationType: 'on-demand',
    phase: 'init',
    runtimeVersion: `${fn.runtime.replace(/^nodejs(\d+)\.x$/, 'nodejs:$1')}.v0`,
    functionName: fn.name,
    functionVersion: fn.version,
  });
}

/** Written only when the init phase failed. */
function initReportLine(time: string, milliseconds: number, status: 'error' | 'timeout'): string {
  return systemLine(time, 'platform.initReport', {
    initializationType: 'on-demand',
    phase: 'init',
    status,
    metrics: { durationMs: round(milliseconds) },
  });
}

function startLine(fn: LambdaFunction, time: string, requestId: string): string {
  return systemLine(time, 'platform.start', { requestId, version: fn.version });
}

/** An error that the handler threw, as the runtime logs it. */
function errorLine(time: string, requestId: string, { errorType, errorMessage, trace }: FunctionError): string {
  const message = { errorType, errorMessage, stackTrace: trace ?? [] };
  return JSON.stringify({ timestamp: time, level: 'ERROR', requestId, message });
}

function reportLine(fn: LambdaFunction, time: string, report: LambdaReport): string {
  const { requestId, durationMilliseconds, initMilliseconds, peakMegabytes, status, errorType } = report;
  const metrics = {
    durationMs: round(durationMilliseconds),
    // Since August 2025 the init phase is billed.
    billedDurationMs: Math.ceil(durationMilliseconds + (initMilliseconds ?? 0)),
    memorySizeMB: fn.memoryMegabytes,
    maxMemoryUsedMB: peakMegabytes,
    ...(initMilliseconds !== undefined && { initDurationMs: round(initMilliseconds) }),
  };
  return systemLine(time, 'platform.report', { requestId, metrics, status, ...(errorType && { errorType }) });
}

function systemLine(time: string, type: string, record: object): string {
  return JSON.stringify({ time, type, record });
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
