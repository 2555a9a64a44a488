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

/** What CloudFront counts for each run. */
export type EdgeFunctionOutcome = 'ran' | 'execution-error' | 'validation-error';

/** A compiled CloudFront Function. */
export interface EdgeFunction {
  readonly logicalId: string;
  /** Returns what the handler returned, not yet validated, or throws what it threw. */
  run(event: object): unknown;
  /** Records the outcome of a run. */
  note(outcome: EdgeFunctionOutcome): void;
}

export interface EdgeFunctionOptions {
  readonly resource: Resource;
  readonly distributionId: string;
  readonly clock: Clock;
  readonly log: (logGroup: string, line: string) => void;
  readonly note?: (functionName: string, outcome: EdgeFunctionOutcome) => void;
}

/** "Quotas on CloudFront Functions". */
const maxCodeBytes = 10_240;
const maxLogBytes = 10_240;
/** Ends endless loops. The real limit is below a millisecond of compute time, and not documented. */
const timeoutMilliseconds = 1_000;
/** A timeout costs half a millisecond a run, fifty times the function itself. An endless loop shows in the first runs. */
const runsWithTimeout = 20;

/** The log group of a function. */
export function edgeLogGroup(functionName: string): string {
  return `/aws/cloudfront/function/${functionName}`;
}

/**
 * Compiles `FunctionCode` for runtime cloudfront-js-2.0. It runs in a context of its own without network, timers, eval and
 * modules. Async handlers are not emulated. The syntax is that of V8, which accepts more than the real runtime.
 */
export function createEdgeFunction({ resource, distributionId, clock, log, note }: EdgeFunctionOptions): EdgeFunction {
  const { logicalId } = resource;
  const properties = Properties.of(resource);
  const code = readCode(properties);
  const name = properties.text('Name');
  let lines: string[] = [];

  const context = createContext(
    { console: { log: (...values: unknown[]) => lines.push(values.map(String).join(' ')) } },
    { codeGeneration: { strings: false, wasm: false } },
  );
  new Script(prelude).runInContext(context)(() => clock.now());
  try {
    const script = new Script(`'use strict';${code}\n;`, { filename: `${logicalId}.js` });
    script.runInContext(context, { timeout: timeoutMilliseconds });
  } catch (cause) {
    throw new Error(`${logicalId}: FunctionCode does not run: ${cause}`, { cause });
  }
  const invoke = new Script(invocation).runInContext(context);
  if (typeof invoke !== 'function') throw properties.refusal('FunctionCode', 'code that defines the function handler');
  const invokeWithTimeout = new Script('__invoke(__event)');
  context.__invoke = invoke;
  let runs = 0;

  function call(event: string): string | undefined {
    runs += 1;
    if (runs > runsWithTimeout) return invoke(event);
    context.__event = event;
    return invokeWithTimeout.runInContext(context, { timeout: timeoutMilliseconds });
  }

  /** CloudWatch Logs gets START and END around the lines, each with the request id, and nothing where nothing was printed. */
  function writeLog(event: object): void {
    if (lines.length === 0) return;
    for (const line of [`START DistributionID: ${distributionId}`, ...cutTo(maxLogBytes, lines), 'END']) {
      log(edgeLogGroup(name), `${requestIdOf(event)} ${line}`);
    }
  }

  return {
    logicalId,
    note: (outcome) => note?.(name, outcome),
    run(event) {
      lines = [];
      try {
        const returned = call(JSON.stringify(event));
        return returned === undefined ? undefined : JSON.parse(returned);
      } finally {
        writeLog(event);
      }
    },
  };
}

function readCode(properties: Properties): string {
  const config = properties.child('FunctionConfig');
  if (!config) throw properties.refusal('FunctionConfig', 'a runtime');
  config.oneOf('Runtime', ['cloudfront-js-2.0']);
  if (!properties.flag('AutoPublish', false)) {
    throw properties.refusal('AutoPublish', 'true: a distribution cannot use a function in the DEVELOPMENT stage');
  }
  const code = properties.text('FunctionCode');
  const bytes = Buffer.byteLength(code);
  if (bytes > maxCodeBytes) {
    throw new Error(`${properties.logicalId}: FunctionCode has ${bytes} bytes: expected at most ${maxCodeBytes}`);
  }
  if (/^\s*import\b|\brequire\s*\(/m.test(code)) {
    throw new Error(`${properties.logicalId}: FunctionCode loads a module: modules are not emulated`);
  }
  return code;
}

/** Replaces the machine's clock with the chain's, and removes what the runtime does not have. */
const prelude = `(now) => {
  Date = new Proxy(Date, {
    construct: (Real, given) => (given.length ? new Real(...given) : new Real(now())),
    apply: (Real) => new Real(now()).toString(),
    get: (Real, name) => (name === 'now' ? now : Real[name]),
  });
  for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics']) delete globalThis[name];
  // It has features up to ES 12 ("JavaScript runtime 2.0 features for CloudFront Functions").
  for (const owner of [Object, Map]) for (const name of ['hasOwn', 'groupBy']) delete owner[name];
  for (const { prototype } of [Array, String, Object.getPrototypeOf(Uint8Array)])
    for (const name of ['at', 'findLast', 'findLastIndex', 'toReversed', 'toSorted', 'toSpliced', 'with']) delete prototype[name];
}`;

/** Event and result are passed as JSON, so that no object is shared between the contexts. */
const invocation = `
  typeof handler === 'function' && ((text) => {
    const returned = handler(JSON.parse(text));
    if (returned && typeof returned.then === 'function') throw new Error('The handler is async, which is not emulated');
    return JSON.stringify(returned);
  })
`;

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

/**
 * Returns the request to continue with, or an answer. A generated answer passes no cache, no policy and no second function
 * ("Generate an HTTP response").
 */
export function runOnRequest(
  edgeFunction: EdgeFunction,
  viewer: ViewerRequest,
  names: DistributionNames,
): ViewerRequest | EdgeAnswer {
  const event = requestEvent(viewer, names);
  return runAndValidate(edgeFunction, viewer, event, (returned) => {
    const result = readRequestResult(returned, viewer, event);
    if (!('status' in result)) return result;
    const body = result.body ?? new Uint8Array(0);
    const headers = { server: 'CloudFront', ...result.headers, 'content-length': String(body.length) };
    return { status: result.status, headers, body, result: 'FunctionGeneratedResponse' as const };
  });
}

export function runOnResponse(
  edgeFunction: EdgeFunction,
  viewer: ViewerRequest,
  answer: EdgeAnswer,
  names: DistributionNames,
): EdgeAnswer {
  return runAndValidate(edgeFunction, viewer, responseEvent(viewer, answer, names), (returned) => {
    const { status, headers, body } = readResponseResult(returned, answer.headers);
    if (body === undefined) return { ...answer, status, headers };
    return { ...answer, status, headers: { ...headers, 'content-length': String(body.length) }, body };
  });
}

/** A function that throws is a 503, an invalid result is a 502 ("Restrictions on all edge functions"). */
function runAndValidate<Result>(
  { logicalId, run, note }: EdgeFunction,
  { id }: ViewerRequest,
  event: object,
  validate: (returned: unknown) => Result,
): Result | EdgeAnswer {
  const detail = (kind: string, error: unknown) =>
    `${kind}: ${logicalId}: ${error instanceof Error ? error.message : error}`;
  let returned: unknown;
  try {
    returned = run(event);
  } catch (error) {
    note('execution-error');
    return edgeError(503, 'The function of this distribution failed.', id, detail('FunctionExecutionError', error));
  }
  try {
    const result = validate(returned);
    note('ran');
    return result;
  } catch (error) {
    note('validation-error');
    const sentence = 'The function of this distribution returned an invalid result.';
    return edgeError(502, sentence, id, detail('FunctionValidationError', error));
  }
}
