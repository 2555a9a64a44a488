import type { LambdaFunction } from './lambda-function.ts';
import type { FunctionError } from './messages.ts';

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
export function initStartLine(fn: LambdaFunction, time: string): string {
  return systemLine(time, 'platform.initStart', {
    initializationType: 'on-demand',
    phase: 'init',
    runtimeVersion: `${fn.runtime.replace(/^nodejs(\d+)\.x$/, 'nodejs:$1')}.v0`,
    functionName: fn.name,
    functionVersion: fn.version,
  });
}

/** Written only when the init phase failed. */
export function initReportLine(time: string, milliseconds: number, status: 'error' | 'timeout'): string {
  return systemLine(time, 'platform.initReport', {
    initializationType: 'on-demand',
    phase: 'init',
    status,
    metrics: { durationMs: round(milliseconds) },
  });
}

export function startLine(fn: LambdaFunction, time: string, requestId: string): string {
  return systemLine(time, 'platform.start', { requestId, version: fn.version });
}

/** An error that the handler threw, as the runtime logs it. */
export function errorLine(time: string, requestId: string, { errorType, errorMessage, trace }: FunctionError): string {
  const message = { errorType, errorMessage, stackTrace: trace ?? [] };
  return JSON.stringify({ timestamp: time, level: 'ERROR', requestId, message });
}

export function reportLine(fn: LambdaFunction, time: string, report: LambdaReport): string {
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
