import type { EventResult, ExecutionEnvironment, LambdaEvent } from './execution-environment.ts';

/** Environments are made when all others are busy, up to a number; what comes on top waits its turn. */
export interface EnvironmentPool {
  run(event: LambdaEvent): Promise<EventResult>;
  state(): { readonly environments: number; readonly busy: number; readonly waiting: number };
  stop(): Promise<void>;
}

export function createEnvironmentPool(most: number, create: () => ExecutionEnvironment): EnvironmentPool {
  const environments: ExecutionEnvironment[] = [];
  const idle: ExecutionEnvironment[] = [];
  const waiting: ((environment: ExecutionEnvironment) => void)[] = [];

  function take(): ExecutionEnvironment | Promise<ExecutionEnvironment> {
    const free = idle.pop();
    if (free) return free;
    if (environments.length === most) return new Promise((resolve) => waiting.push(resolve));
    const created = create();
    environments.push(created);
    return created;
  }

  function give(environment: ExecutionEnvironment): void {
    const next = waiting.shift();
    if (next) next(environment);
    else idle.push(environment);
  }

  return {
    async run(event) {
      const environment = await take();
      try {
        return await environment.run(event);
      } finally {
        give(environment);
      }
    },
    state: () => ({
      environments: environments.length,
      busy: environments.length - idle.length,
      waiting: waiting.length,
    }),
    async stop() {
      await Promise.all(environments.map((environment) => environment.stop()));
    },
  };
}
