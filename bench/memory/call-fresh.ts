/** Calls of the built Lambda in fresh processes, each call with a key that nobody has asked for before. */
import type { Store } from '../handler/store.ts';
import type { CallsJob, CallsProduct, Clock } from '../programs/calls-job.ts';
import type { Sample } from '../work-server.ts';
import { type Launcher, startWorker, type Worker } from '../worker.ts';
import type { MeasuredProcess } from './measured.ts';

export interface Laboratory {
  readonly store: Store;
  /** `bundled-calls.ts`, compiled. */
  readonly program: string;
  readonly variables: Record<string, string>;
}

/** An original that has been put into the store, and what to make of it. */
export interface Called {
  readonly originalKey: string;
  readonly preset: string;
}

export interface Calls {
  readonly warmUp: number;
  readonly measured: number;
  readonly clock: Clock;
}

export interface ProcessCalls {
  readonly startCpuMilliseconds: number;
  readonly first: Sample;
  readonly last: Sample;
  /** By the asked clock. */
  readonly samples: readonly number[];
  readonly otherClock: readonly number[];
  readonly bytesOut: number;
}

export async function callInFreshProcess(
  { store, program, variables }: Laboratory,
  called: Called,
  { warmUp, measured, clock }: Calls,
  launcher?: Launcher,
): Promise<ProcessCalls> {
  return withKeys(store, called, 1 + warmUp + measured, async ([firstKey = '', ...keys]) => {
    const worker = await startWorker<CallsJob>(program, variables, launcher);
    try {
      const { preset } = called;
      const first = await worker.measure({ preset, keys: [firstKey], warmUp: 0, clock });
      const last = await worker.measure({ preset, keys, warmUp, clock });
      const { startCpuMilliseconds, samples, otherClock } = last.product as CallsProduct;
      const bytesOut = await store.derivativeBytes({ preset, key: firstKey });
      return { startCpuMilliseconds, first, last, samples, otherClock, bytesOut };
    } finally {
      await worker.close();
    }
  });
}

export interface CalledProcess {
  readonly pid: number;
  /** At least two calls, the warm-up included. */
  call(calls: Calls): Promise<CallsProduct>;
  close(): Promise<void>;
}

/** A fresh process that goes on living after its first call. */
export async function startCalledProcess(
  { store, program, variables }: Laboratory,
  called: Called,
  launcher?: Launcher,
): Promise<CalledProcess> {
  const worker = await startWorker<CallsJob>(program, variables, launcher);
  const { preset } = called;
  const call = ({ warmUp, measured, clock }: Calls) =>
    withKeys(store, called, warmUp + measured, async (keys) => {
      const { product } = await worker.measure({ preset, keys, warmUp, clock });
      return product as CallsProduct;
    });
  try {
    await call({ warmUp: 0, measured: 1, clock: 'cpu' });
  } catch (error) {
    await worker.close();
    throw error;
  }
  return { pid: worker.pid, call, close: worker.close };
}

/** One process that makes a derivative of each in turn, as a Lambda does all day. */
export async function callMixed(
  laboratory: Laboratory,
  sequence: readonly Called[],
): Promise<{ readonly peakRssBytes: number; readonly cpuMilliseconds: number }> {
  const { store, program, variables } = laboratory;
  const worker: Worker<CallsJob> = await startWorker(program, variables);
  try {
    let [peakRssBytes, cpuMilliseconds] = [0, 0];
    for (const called of sequence) {
      await withKeys(store, called, 1, async (keys) => {
        const sample = await worker.measure({ preset: called.preset, keys, warmUp: 0, clock: 'cpu' });
        peakRssBytes = sample.peakRssMegabytes * 1e6;
        cpuMilliseconds += sample.cpuMilliseconds;
      });
    }
    return { peakRssBytes, cpuMilliseconds };
  } finally {
    await worker.close();
  }
}

/** They go by the clock: the service answers so, or ends the process of a decoder that does not hear of its deadline. */
export function passedADeadline(error: unknown): boolean {
  const signs = /"code":"original-too-slow"|was answered 504|ended before it answered, by SIGKILL/;
  return error instanceof Error && signs.test(error.message);
}

let keysGiven = 0;

/** Fresh keys of an original, gone afterwards with what was made of them. */
async function withKeys<T>(
  store: Store,
  { originalKey, preset }: Called,
  count: number,
  use: (keys: readonly string[]) => Promise<T>,
): Promise<T> {
  const keys = Array.from({ length: count }, () => `${originalKey}-${++keysGiven}`);
  for (const key of keys) await store.copyOriginal(originalKey, key);
  try {
    return await use(keys);
  } finally {
    for (const key of keys) {
      await store.deleteOriginal(key);
      await store.deleteDerivative({ preset, key });
    }
  }
}

export function measuredProcess(calls: ProcessCalls): MeasuredProcess {
  return {
    startCpuMilliseconds: calls.startCpuMilliseconds,
    firstCpuMilliseconds: calls.first.cpuMilliseconds,
    warmCpuMilliseconds: calls.samples,
    warmWallMilliseconds: calls.otherClock,
    peakRssBytes: calls.last.peakRssMegabytes * 1e6,
  };
}
