import exec from 'k6/execution';
import { metrics } from './metrics.ts';
import { tell } from './record.ts';

/** k6 calls a script that throws in every iteration a success: here it is counted, and the threshold stops the run. */
export function iteration(view: (number: number) => Promise<void>): () => Promise<void> {
  return async () => {
    try {
      await view(exec.scenario.iterationInTest);
      metrics.iteration_errors.add(0);
    } catch (error) {
      metrics.iteration_errors.add(1);
      tell('iteration-error', String(error instanceof Error ? (error.stack ?? error) : error));
    }
  };
}
