import { randomBytes, randomUUID } from 'node:crypto';
import {
  createEnvironment,
  type EnvironmentOptions,
  type EventResult,
  type ExecutionEnvironment,
  type LambdaEvent,
  type LambdaReport,
} from './execution-environment.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { FunctionError } from './messages.ts';

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

/** Creates an environment when all others are busy, up to a limit. Further events wait. */
interface EnvironmentPool {
  /** Rejects with `PoolStopped` once the pool stops. */
  run(event: LambdaEvent): Promise<EventResult>;
  state(): { readonly environments: number; readonly busy: number; readonly waiting: number };
  /** Stops once its events have ended. */
  retire(): void;
  stop(): Promise<void>;
}

/** The chain has been stopped: no event begins any more, and a running event gets no answer. */
class PoolStopped extends Error {
  override readonly name = 'PoolStopped';
}

interface Waiting {
  resolve(environment: ExecutionEnvironment): void;
  reject(error: PoolStopped): void;
}

function createEnvironmentPool(most: number, create: () => ExecutionEnvironment): EnvironmentPool {
  const environments: ExecutionEnvironment[] = [];
  const idle: ExecutionEnvironment[] = [];
  const waiting: Waiting[] = [];
  let stopped = false;
  let retired = false;
  let running = 0;

  async function take(): Promise<ExecutionEnvironment> {
    if (stopped) throw new PoolStopped();
    const free = idle.pop();
    if (free) return free;
    if (environments.length === most) return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    const created = create();
    environments.push(created);
    return created;
  }

  function give(environment: ExecutionEnvironment): void {
    const next = waiting.shift();
    if (next) next.resolve(environment);
    else idle.push(environment);
  }

  async function stop(): Promise<void> {
    stopped = true;
    for (const { reject } of waiting.splice(0)) reject(new PoolStopped());
    await Promise.all(environments.map((environment) => environment.stop()));
  }

  return {
    async run(event) {
      running += 1;
      const environment = await take();
      try {
        const result = await environment.run(event);
        if (stopped) throw new PoolStopped();
        return result;
      } finally {
        give(environment);
        running -= 1;
        if (retired && running === 0) void stop();
      }
    },
    state: () => ({
      environments: environments.length,
      busy: environments.length - idle.length,
      waiting: waiting.length,
    }),
    retire() {
      retired = true;
      if (running === 0) void stop();
    },
    stop,
  };
}

/** A trace id in the format of X-Ray. */
export function newTraceId(epochMilliseconds: number): string {
  const seconds = Math.floor(epochMilliseconds / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')}`;
}
