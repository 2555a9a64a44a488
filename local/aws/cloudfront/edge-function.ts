import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, createHmac } from 'node:crypto';
import querystring from 'node:querystring';
import { createContext, Script } from 'node:vm';
import type { Clock } from '../clock.ts';
import { Properties } from '../template/properties.ts';
import type { Resource } from '../template/template.ts';
import { type EdgeAnswer, edgeError } from './edge-answer.ts';
import {
  type DistributionNames,
  readRequestResult,
  readResponseResult,
  requestEvent,
  responseEvent,
} from './function-event.ts';
import type { ViewerRequest } from './viewer-request.ts';

/** What a function gave back, still to be validated; or that it threw, never ended, or is not there. */
export type FunctionOutcome = { readonly returned: unknown } | { readonly failed: Error };

/** What CloudFront counts. */
export type EdgeFunctionOutcome = 'ran' | 'execution-error' | 'validation-error';

/** A CloudFront Function, ready to run. */
export interface EdgeFunction {
  readonly logicalId: string;
  run(event: object): Promise<FunctionOutcome>;
  /** Whoever has run it says what came of it. */
  note(outcome: EdgeFunctionOutcome): void;
}

export interface EdgeFunctionOptions {
  readonly resource: Resource;
  readonly distributionId: string;
  readonly clock: Clock;
  /** One line for the function's log group, as CloudWatch Logs gets it. */
  readonly log: (logGroup: string, line: string) => void;
  readonly note?: (functionName: string, outcome: EdgeFunctionOutcome) => void;
}

/** "Quotas on CloudFront Functions". */
const maxCodeBytes = 10_240;
const maxLogBytes = 10_240;
/** Generous: the real limit is under a millisecond of compute and nowhere stated. It is here to end what never ends. */
const guardMilliseconds = 1_000;
/** The guard costs half a millisecond a run, fifty times the function itself; a function that never ends shows it early. */
const guardedRuns = 20;

/** Where CloudFront writes what a function prints. */
export function edgeLogGroup(functionName: string): string {
  return `/aws/cloudfront/function/${functionName}`;
}

/**
 * Compiles `FunctionCode` for runtime cloudfront-js-2.0 and runs it in a context of its own: no network, no timers, no
 * eval, `require` for its three modules. Syntax is that of V8, which knows more than the real runtime does.
 */
export function createEdgeFunction({ resource, distributionId, clock, log, note }: EdgeFunctionOptions): EdgeFunction {
  const { logicalId } = resource;
  const properties = Properties.of(resource);
  const code = readCode(properties);
  const name = properties.text('Name');
  const logGroup = edgeLogGroup(name);
  // Runs of an async function overlap; each has its own lines.
  const printed = new AsyncLocalStorage<string[]>();

  const context = createContext(
    {
      console: { log: (...values: unknown[]) => printed.getStore()?.push(values.map(String).join(' ')) },
      require: requireModule,
    },
    { codeGeneration: { strings: false, wasm: false } },
  );
  new Script(prelude).runInContext(context)(() => clock.now());
  try {
    new Script(`'use strict';${code}\n;`, { filename: `${logicalId}.js` }).runInContext(context, {
      timeout: guardMilliseconds,
    });
  } catch (cause) {
    throw new Error(`${logicalId}: FunctionCode does not run: ${cause}`, { cause });
  }
  const invoke = new Script(invocation).runInContext(context);
  if (typeof invoke !== 'function') throw properties.refusal('FunctionCode', 'code that defines the function handler');
  const guarded = new Script('__invoke(__event)');
  context.__invoke = invoke;
  let runs = 0;

  return {
    logicalId,
    note: (outcome) => note?.(name, outcome),
    async run(event) {
      const lines: string[] = [];
      try {
        return await printed.run(lines, async () => outcomeOf(await settled(call(JSON.stringify(event)))));
      } catch (error) {
        return { failed: error instanceof Error ? error : new Error(String(error)) };
      } finally {
        writeLog(requestIdOf(event), lines);
      }
    },
  };

  function call(text: string): unknown {
    runs += 1;
    if (runs > guardedRuns) return invoke(text);
    context.__event = text;
    return guarded.runInContext(context, { timeout: guardMilliseconds });
  }

  /** As CloudWatch Logs shows it: the request's id before each line, START and END around them, nothing without lines. */
  function writeLog(requestId: string, lines: readonly string[]): void {
    if (lines.length === 0) return;
    for (const line of [`START DistributionID: ${distributionId}`, ...cutTo(maxLogBytes, lines), 'END']) {
      log(logGroup, `${requestId} ${line}`);
    }
  }
}

function readCode(properties: Properties): string {
  const config = properties.child('FunctionConfig');
  config?.oneOf('Runtime', ['cloudfront-js-2.0']);
  if (!config) throw properties.refusal('FunctionConfig', 'a runtime');
  if (config.has('KeyValueStoreAssociations')) {
    throw config.refusal('KeyValueStoreAssociations', 'none: key value stores are not emulated');
  }
  if (!properties.flag('AutoPublish', false)) {
    throw properties.refusal('AutoPublish', 'true: a distribution cannot use a function in the DEVELOPMENT stage');
  }
  const code = properties.text('FunctionCode');
  const bytes = Buffer.byteLength(code);
  if (bytes > maxCodeBytes) {
    throw new Error(`${properties.logicalId}: FunctionCode has ${bytes} bytes: expected at most ${maxCodeBytes}`);
  }
  const imported = /^\s*import\b[^'"]*['"]([^'"]+)['"]/m.exec(code)?.[1];
  if (imported !== undefined) {
    throw new Error(
      `${properties.logicalId}: FunctionCode imports '${imported}': the key value store and the other helpers of 'cloudfront' are not emulated, and modules are had by require()`,
    );
  }
  return code;
}

/** The modules of runtime 2.0, as far as it has them. */
const modules: Readonly<Record<string, unknown>> = {
  buffer: { Buffer },
  crypto: { createHash, createHmac },
  querystring,
};

function requireModule(name: string): unknown {
  if (!Object.hasOwn(modules, name)) {
    throw new Error(`Cannot load module "${name}": expected one of ${Object.keys(modules).join(', ')}`);
  }
  return modules[name];
}

/** The chain's clock instead of the machine's, and away with what the runtime does not have. */
const prelude = `(now) => {
  Date = new Proxy(Date, {
    construct: (Real, given) => (given.length ? new Real(...given) : new Real(now())),
    apply: (Real) => new Real(now()).toString(),
    get: (Real, name) => (name === 'now' ? now : Real[name]),
  });
  for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics']) delete globalThis[name];
}`;

/** Event and result cross the border as JSON, so that they belong to the context and nothing is shared. */
const invocation = `
  typeof handler === 'function' && ((text) => {
    const returned = handler(JSON.parse(text));
    return returned && typeof returned.then === 'function' ? returned.then(JSON.stringify) : JSON.stringify(returned);
  })
`;

/** A promise that nothing will ever settle must not hold the viewer. */
async function settled(returned: unknown): Promise<unknown> {
  if (typeof returned !== 'object' || returned === null) return returned;
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('The function never ends')), guardMilliseconds);
  });
  try {
    return await Promise.race([returned, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function outcomeOf(text: unknown): FunctionOutcome {
  return { returned: typeof text === 'string' ? JSON.parse(text) : undefined };
}

function requestIdOf(event: object): string {
  const context = 'context' in event ? event.context : undefined;
  return typeof context === 'object' && context !== null && 'requestId' in context ? String(context.requestId) : '';
}

function cutTo(bytes: number, lines: readonly string[]): string[] {
  let left = bytes;
  const kept: string[] = [];
  for (const line of lines) {
    if (left <= 0) break;
    kept.push(Buffer.from(line).subarray(0, left).toString());
    left -= Buffer.byteLength(line);
  }
  return kept;
}

/** The request to go on with, or an answer at once: no cache, no policy, no second function ("Generate an HTTP response"). */
export async function runOnRequest(
  edgeFunction: EdgeFunction,
  viewer: ViewerRequest,
  names: DistributionNames,
): Promise<ViewerRequest | EdgeAnswer> {
  const event = requestEvent(viewer, names);
  const outcome = await edgeFunction.run(event);
  if ('failed' in outcome) return executionError(edgeFunction, viewer, outcome.failed);
  try {
    const result = readRequestResult(outcome.returned, viewer, event);
    edgeFunction.note('ran');
    if (!('status' in result)) return result;
    const body = result.body ?? new Uint8Array(0);
    const headers = { server: 'CloudFront', ...result.headers, 'content-length': String(body.length) };
    return { status: result.status, headers, cookies: result.cookies, body, result: 'FunctionGeneratedResponse' };
  } catch (error) {
    return validationError(edgeFunction, viewer, error);
  }
}

export async function runOnResponse(
  edgeFunction: EdgeFunction,
  viewer: ViewerRequest,
  answer: EdgeAnswer,
  names: DistributionNames,
): Promise<EdgeAnswer> {
  const outcome = await edgeFunction.run(responseEvent(viewer, answer, names));
  if ('failed' in outcome) return executionError(edgeFunction, viewer, outcome.failed);
  try {
    const { status, headers, cookies, body } = readResponseResult(outcome.returned, answer.headers);
    edgeFunction.note('ran');
    if (body === undefined) return { ...answer, status, headers, cookies };
    return { ...answer, status, headers: { ...headers, 'content-length': String(body.length) }, cookies, body };
  } catch (error) {
    return validationError(edgeFunction, viewer, error);
  }
}

/** "HTTP 503 status code (function execution error)". */
function executionError({ logicalId, note }: EdgeFunction, { id }: ViewerRequest, error: Error): EdgeAnswer {
  note('execution-error');
  const detail = `FunctionExecutionError: ${logicalId}: ${error.message}`;
  return edgeError(503, 'The function of this distribution failed.', id, detail);
}

/** What CloudFront does not accept of a function is a 502 ("Restrictions on all edge functions"). */
function validationError({ logicalId, note }: EdgeFunction, { id }: ViewerRequest, error: unknown): EdgeAnswer {
  note('validation-error');
  const detail = `FunctionValidationError: ${logicalId}: ${error instanceof Error ? error.message : error}`;
  return edgeError(502, 'The function of this distribution gave an invalid result.', id, detail);
}
