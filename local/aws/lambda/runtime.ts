/**
 * The Node.js runtime of Lambda, in a process of its own: loads the handler, takes one event at a time, and sends back what
 * the handler returns. Unlike on Lambda the process is not frozen between events, may write wherever the user may, and
 * shares /tmp with the machine.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { type Addresses, keepsNames, toLocal } from '../http/hosts.ts';
import { endOfEvent, type FunctionError, type InvokeMessage, type WorkerMessage } from './messages.ts';

type Handler = (event: unknown, context: object) => unknown;

const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const environment = process.env;
const timeoutMilliseconds = Number(process.argv[2]) * 1000;
const RealDate = Date;
const realFetch = fetch;
let requestId = '';

/** Lambda adds time, request and level to what is written by `console`. Output to stdout stays as it is. */
function patchConsole(): void {
  const least = levels.indexOf(environment.AWS_LAMBDA_LOG_LEVEL ?? 'INFO');
  const methods = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const;
  for (const [method, level] of Object.entries(methods)) {
    console[method as keyof typeof methods] = (...parts: unknown[]) => {
      if (levels.indexOf(level) < least) return;
      const line = { timestamp: new Date().toISOString(), level, requestId, message: format(...parts) };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    };
  }
}

/** The function sees the chain's clock once that has been advanced. */
function setClock(offsetMilliseconds: number): void {
  if (offsetMilliseconds === 0) {
    globalThis.Date = RealDate;
    return;
  }
  const now = () => RealDate.now() + offsetMilliseconds;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, parts, as) => Reflect.construct(target, parts.length === 0 ? [now()] : parts, as),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}

/** Sends requests for hosts of the chain to their local endpoints. The function still sees the names of AWS. */
function setHosts(addresses: Addresses): void {
  globalThis.fetch = async (input, init) => {
    const asked = new Request(input, init);
    const local = toLocal(asked.url, addresses);
    if (local === asked.url) return realFetch(asked);
    const request = new Request(local, asked);
    request.headers.set(keepsNames, 'yes');
    return realFetch(request);
  };
}

async function loadHandler(): Promise<Handler> {
  const { file, name } = handlerFile(environment.LAMBDA_TASK_ROOT ?? '.', environment._HANDLER ?? '');
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown> & {
    default?: Record<string, unknown>;
  };
  const handler = module[name] ?? module.default?.[name];
  if (typeof handler !== 'function')
    throw named('Runtime.HandlerNotFound', `${environment._HANDLER} is undefined or not exported`);
  if (handler.length > 2) {
    throw named('Runtime.CallbackHandlerDeprecated', 'Node.js 24 takes async handlers only, not those with a callback');
  }
  return handler as Handler;
}

async function runEvent(handler: Handler, message: InvokeMessage): Promise<WorkerMessage> {
  requestId = message.requestId;
  setClock(message.clockOffsetMilliseconds);
  setHosts(message.addresses ?? {});
  environment._X_AMZN_TRACE_ID = message.traceId;
  const start = performance.now();
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: message.invokedFunctionArn,
    awsRequestId: message.requestId,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(timeoutMilliseconds - (performance.now() - start))),
  };
  try {
    const result = await handler(JSON.parse(message.event), context);
    // A result that JSON cannot express, such as a BigInt or a cycle, is an error of the function too.
    return { type: 'returned', payload: JSON.stringify(result) ?? 'null', peakBytes: peakBytes() };
  } catch (error) {
    return { type: 'failed', error: functionError(error), peakBytes: peakBytes(), ends: false };
  }
}

function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

function functionError(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
}

function send(message: WorkerMessage, then?: () => void): void {
  process.stdout.write(`${endOfEvent}\n`);
  process.stderr.write(`${endOfEvent}\n`);
  process.send?.(message, undefined, undefined, then);
}

function dieOf(error: FunctionError): void {
  send({ type: 'failed', error, peakBytes: peakBytes(), ends: true }, () => process.exit(129));
}

// The process ends with the chain, however the chain ends.
process.on('disconnect', () => process.exit());
process.on('uncaughtException', (error) => dieOf(functionError(error)));
process.on('unhandledRejection', (reason) => {
  dieOf({ ...functionError(reason), errorType: 'Runtime.UnhandledPromiseRejection' });
});

patchConsole();
try {
  const handler = await loadHandler();
  process.on('message', async (message: InvokeMessage) => send(await runEvent(handler, message)));
  send({ type: 'ready' });
} catch (error) {
  dieOf(functionError(error));
}

/** The file that a handler `index.handler` names, and the export in it. */
function handlerFile(codeDirectory: string, handler: string): { readonly file: string; readonly name: string } {
  const dot = handler.lastIndexOf('.');
  const base = handler.slice(0, dot);
  const file = ['.mjs', '.js', '.cjs'].map((end) => join(codeDirectory, base + end)).find((path) => existsSync(path));
  if (!file) throw new Error(`The handler "${handler}" is not in ${codeDirectory}: expected ${base}.mjs, .js or .cjs`);
  return { file, name: handler.slice(dot + 1) };
}
