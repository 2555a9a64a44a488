/** The built Lambda in a process of its own: started, called once, then called as often as the parent asks. */
import { pathToFileURL } from 'node:url';
import { bundleVariable, eventFor } from './invocation.ts';
import { cpuMilliseconds, serveWork } from './work-server.ts';

export interface CallsJob {
  readonly preset: string;
  /** One for each run. A key whose derivative exists would measure the early answer. */
  readonly keys: readonly string[];
  /** The status that counts as success. */
  readonly status: number;
}

export interface CallsProduct {
  readonly startCpuMilliseconds: number;
}

const { handler } = await import(pathToFileURL(process.env[bundleVariable] ?? '').href);
/** Node's own start is included. */
const startCpuMilliseconds = cpuMilliseconds();
const context = { getRemainingTimeInMillis: () => 15_000 };

serveWork<CallsJob>(({ preset, keys, status }) => {
  const unused = [...keys];
  return {
    async run() {
      const key = unused.shift();
      if (!key) throw new Error(`${preset} was called more than ${keys.length} times: expected one key for each call`);
      const { statusCode, body } = await handler(eventFor(preset, key), context);
      if (statusCode === status) return;
      const { code, message } = refusalIn(body);
      throw new Error(`${preset}/${key} was answered ${statusCode}: expected ${status}. ${message}`, {
        cause: { status: statusCode, code, message },
      });
    },
    product: (): CallsProduct => ({ startCpuMilliseconds }),
  };
});

function refusalIn(body: string): { code?: string; message?: string } {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}
