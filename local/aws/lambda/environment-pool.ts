import type { EventResult, ExecutionEnvironment, LambdaEvent } from './execution-environment.ts';

/** Creates an environment when all others are busy, up to a limit. Further events wait. */
export interface EnvironmentPool {
  /** Rejects with `PoolStopped` once the pool stops. */
  run(event: LambdaEvent): Promise<EventResult>;
  state(): { readonly environments: number; readonly busy: number; readonly waiting: number };
  /** Stops once its events have ended. */
  retire(): void;
  stop(): Promise<void>;
}

/** The chain has been stopped: no event begins any more, and a running event gets no answer. */
export class PoolStopped extends Error {
  override readonly name = 'PoolStopped';
}

interface Waiting {
  resolve(environment: ExecutionEnvironment): void;
  reject(error: PoolStopped): void;
}

export function createEnvironmentPool(most: number, create: () => ExecutionEnvironment): EnvironmentPool {
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
