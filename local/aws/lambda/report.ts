import type { LambdaFunction } from './lambda-function.ts';
import type { FunctionError } from './messages.ts';

/** What Lambda itself writes into the log of a function, as text or as JSON by the function's LoggingConfig. */
export interface Invocation {
  readonly requestId: string;
  readonly durationMilliseconds: number;
  readonly initMilliseconds: number | undefined;
  readonly peakMegabytes: number;
  readonly status: 'success' | 'error' | 'timeout';
  readonly errorType: string | undefined;
}

export function initStartLines(fn: LambdaFunction, time: string): readonly string[] {
  const runtimeVersion = `${fn.runtime.replace(/^nodejs(\d+)\.x$/, 'nodejs:$1')}.v0`;
  const record = {
    initializationType: 'on-demand',
    phase: 'init',
    runtimeVersion,
    functionName: fn.name,
    functionVersion: fn.version,
  };
  if (fn.logFormat === 'JSON') return systemLine(fn, time, 'platform.initStart', record);
  return [`INIT_START Runtime Version: ${runtimeVersion}`];
}

export function initReportLines(
  fn: LambdaFunction,
  time: string,
  milliseconds: number,
  status: 'error' | 'timeout',
): readonly string[] {
  const metrics = { durationMs: round(milliseconds) };
  if (fn.logFormat === 'JSON') {
    return systemLine(fn, time, 'platform.initReport', {
      initializationType: 'on-demand',
      phase: 'init',
      status,
      metrics,
    });
  }
  return [`INIT_REPORT Init Duration: ${milliseconds.toFixed(2)} ms\tPhase: init\tStatus: ${status}`];
}

export function startLines(fn: LambdaFunction, time: string, requestId: string): readonly string[] {
  if (fn.logFormat === 'JSON') return systemLine(fn, time, 'platform.start', { requestId, version: fn.version });
  return [`START RequestId: ${requestId} Version: ${fn.version}`];
}

/** An error that the handler threw, as the runtime logs it. */
export function errorLines(
  fn: LambdaFunction,
  time: string,
  requestId: string,
  error: FunctionError,
): readonly string[] {
  const { errorType, errorMessage, trace = [] } = error;
  if (fn.logFormat === 'JSON') {
    return [
      JSON.stringify({
        timestamp: time,
        level: 'ERROR',
        requestId,
        message: { errorType, errorMessage, stackTrace: trace },
      }),
    ];
  }
  return [`${time}\t${requestId}\tERROR\tInvoke Error \t${JSON.stringify({ errorType, errorMessage, stack: trace })}`];
}

/** What takes the place of the handler's own error when the process came to its end or was ended. */
export function endedLines(
  fn: LambdaFunction,
  time: string,
  requestId: string,
  { errorType, errorMessage }: FunctionError,
): readonly string[] {
  if (fn.logFormat === 'JSON') return [];
  if (errorType !== 'Sandbox.Timedout') return [`${errorMessage}\n${errorType}`];
  return [`${time} ${requestId} ${errorMessage.replace(/^RequestId: \S+ Error: /, '')}`];
}

export function endLines(fn: LambdaFunction, time: string, invocation: Invocation): readonly string[] {
  const { requestId, durationMilliseconds, initMilliseconds, peakMegabytes, status, errorType } = invocation;
  // Since August 2025 the init phase is billed.
  const billed = Math.ceil(durationMilliseconds + (initMilliseconds ?? 0));
  if (fn.logFormat === 'JSON') {
    const metrics = {
      durationMs: round(durationMilliseconds),
      billedDurationMs: billed,
      memorySizeMB: fn.memoryMegabytes,
      maxMemoryUsedMB: peakMegabytes,
      ...(initMilliseconds === undefined ? {} : { initDurationMs: round(initMilliseconds) }),
    };
    const failure = errorType === undefined ? {} : { errorType };
    return systemLine(fn, time, 'platform.report', { requestId, metrics, status, ...failure });
  }
  const report = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMilliseconds.toFixed(2)} ms`,
    `Billed Duration: ${billed} ms`,
    `Memory Size: ${fn.memoryMegabytes} MB`,
    `Max Memory Used: ${peakMegabytes} MB`,
    ...(initMilliseconds === undefined ? [] : [`Init Duration: ${initMilliseconds.toFixed(2)} ms`]),
    ...(status === 'success' ? [] : [`Status: ${status}`]),
    ...(status === 'error' && errorType !== undefined ? [`Error Type: ${errorType}`] : []),
  ];
  return [`END RequestId: ${requestId}`, report.join('\t')];
}

/** All of these are of level INFO. */
function systemLine(fn: LambdaFunction, time: string, type: string, record: object): readonly string[] {
  return fn.systemLogLevel === 'WARN' ? [] : [JSON.stringify({ time, type, record })];
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
