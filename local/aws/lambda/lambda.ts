import { randomUUID } from 'node:crypto';
import { createEnvironmentPool, PoolStopped } from './environment-pool.ts';
import { createEnvironment, type EnvironmentOptions } from './execution-environment.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { FunctionError } from './messages.ts';
import type { LambdaReport } from './report.ts';

export type InvokeResult =
  /** The payload is JSON. */
  | ({ readonly outcome: 'returned'; readonly payload: string } & Run)
  /** Status 200 with X-Amz-Function-Error. */
  | ({ readonly outcome: 'failed'; readonly error: FunctionError } & Run)
  /** 429 TooManyRequestsException, 413 RequestTooLargeException: the function was not called. */
  | { readonly outcome: 'refused'; readonly error: FunctionError };

/** Invokes the function, version or alias that an ARN names, with an event in JSON. */
export type Invoke = (functionArn: string, event: string, traceId: string) => Promise<InvokeResult>;

interface Run {
  readonly requestId: string;
  /** Absent when the result did not come from the function. */
  readonly report?: LambdaReport;
}

export interface Lambda {
  readonly function: LambdaFunction;
  readonly invoke: Invoke;
  /** Replaces the template's settings from the next call on. Without an argument the template's settings apply again. */
  change(settings?: LambdaSettings): void;
  state(): { readonly environments: number; readonly busy: number; readonly waiting: number };
  stop(): Promise<void>;
}

/** Settings that can change while a function is in use, as by UpdateFunctionConfiguration or UpdateFunctionCode. */
export type LambdaSettings = Partial<
  Pick<LambdaFunction, 'memoryMegabytes' | 'timeoutSeconds' | 'reservedConcurrency' | 'variables' | 'codeDirectory'>
>;

export interface LambdaOptions extends Omit<EnvironmentOptions, 'log'> {
  /** Limit of processes on this machine. Further events wait, up to the reserved concurrency. */
  readonly maxProcesses: number;
  log(group: string, line: string): void;
}

/** "Lambda quotas": 6 MB each. The second number is from the error message for a larger response. */
const maxRequestBytes = 6 * 1024 * 1024;
const maxResponseBytes = 6_291_556;
/** The default concurrency of an account. */
const accountConcurrency = 1000;

export function startLambda(fn: LambdaFunction, options: LambdaOptions): Lambda {
  const log = (line: string): void => options.log(fn.logGroup, line);
  const configured = (settings: LambdaSettings) => {
    const configuration = { ...fn, ...settings };
    const concurrency = configuration.reservedConcurrency ?? accountConcurrency;
    const pool = createEnvironmentPool(Math.max(1, Math.min(concurrency, options.maxProcesses)), () =>
      createEnvironment(configuration, { ...options, log }),
    );
    return { configuration, concurrency, pool };
  };
  let now = configured({});
  const pools = [now.pool];
  let inFlight = 0;

  return {
    get function() {
      return now.configuration;
    },
    change(settings = {}) {
      now.pool.retire();
      now = configured(settings);
      pools.push(now.pool);
    },
    async invoke(invokedFunctionArn, event, traceId) {
      if (Buffer.byteLength(event) > maxRequestBytes) {
        return refused(
          'RequestTooLargeException',
          `Request must be smaller than ${maxRequestBytes} bytes for the InvokeFunction operation`,
        );
      }
      const { concurrency, pool } = now;
      if (inFlight >= concurrency) return refused('TooManyRequestsException', 'Rate Exceeded.');
      inFlight += 1;
      const requestId = randomUUID();
      try {
        const result = await pool.run({ requestId, event, invokedFunctionArn, traceId });
        const run = { requestId, report: result.report };
        if ('error' in result) return { outcome: 'failed', error: result.error, ...run };
        if (Buffer.byteLength(result.payload) > maxResponseBytes) {
          return { outcome: 'failed', error: responseTooLarge, ...run };
        }
        return { outcome: 'returned', payload: result.payload, ...run };
      } catch (error) {
        if (error instanceof PoolStopped) return refused('ServiceException', 'The chain has been stopped.');
        throw error;
      } finally {
        inFlight -= 1;
      }
    },
    state: () => now.pool.state(),
    async stop() {
      await Promise.all(pools.map((pool) => pool.stop()));
    },
  };
}

const responseTooLarge: FunctionError = {
  errorType: 'Function.ResponseSizeTooLarge',
  errorMessage: `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
};

function refused(errorType: string, errorMessage: string): InvokeResult {
  return { outcome: 'refused', error: { errorType, errorMessage } };
}
