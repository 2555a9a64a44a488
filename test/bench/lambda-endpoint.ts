/**
 * Lambda's API for the tests of `make tune`: the REST calls that it makes, as the SDK sends and reads them. The real handler
 * answers; durations come from a table of memory sizes.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface MemoryTable {
  /** Milliseconds of a warm call by memory size. Smaller sizes than the first run out of memory. */
  readonly milliseconds: Readonly<Record<number, number>>;
}

interface Configuration {
  MemorySize: number;
  Description: string;
  RevisionId: string;
  Version: string;
}

export interface LambdaEndpointOptions extends MemoryTable {
  /** Runs the function and returns the answer of its handler. */
  readonly handler: (rawQueryString: string, secret: string | undefined) => Promise<unknown>;
  /** Of the function. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly logFormat: 'JSON' | 'Text';
  /** How every call of a size ends. */
  readonly failures?: Readonly<Record<number, 'timeout' | 'crash' | 'refusal'>>;
  /** Called before each invocation, with their number. */
  readonly beforeInvocation?: (count: number) => unknown;
  /** Fails to set $LATEST back to this description. */
  readonly refusesToRestore?: string;
  /** Takes the change to this size, and then says that it has failed, until the next change. */
  readonly failsToSettle?: number;
  /** The function as a run has left it that was interrupted at this size. */
  readonly cutOffAt?: number;
  /** Called before each request, as `POST versions`. */
  readonly before?: (call: string) => unknown;
}

export interface LambdaEndpoint {
  readonly url: string;
  readonly latest: Configuration;
  readonly versions: ReadonlyMap<string, Configuration>;
  readonly live: string;
  readonly invocations: readonly { readonly version: string; readonly key: string }[];
  /** Method and path of every request. */
  readonly calls: readonly string[];
  close(): Promise<void>;
}

const name = 'resize';

export async function startLambdaEndpoint(options: LambdaEndpointOptions): Promise<LambdaEndpoint> {
  const latest: Configuration = {
    MemorySize: 1769,
    Description: 'Resizes',
    RevisionId: randomUUID(),
    Version: '$LATEST',
  };
  const versions = new Map<string, Configuration>([
    ['6', { ...latest, MemorySize: 1024, RevisionId: randomUUID(), Version: '6' }],
    ['7', { ...latest, Version: '7' }],
  ]);
  const live = '7';
  const invocations: { version: string; key: string }[] = [];
  const calls: string[] = [];
  const warm = new Set<string>();
  /** A change takes this number of further polls. */
  let pollsUntilSettled = 0;
  let lastPublished = 7;
  if (options.cutOffAt) {
    Object.assign(latest, { MemorySize: options.cutOffAt, Description: `make tune tune-old: ${options.cutOffAt} MB` });
    versions.set(String(++lastPublished), { ...latest, Version: String(lastPublished) });
  }

  const find = (qualifier: string | null) => {
    if (!qualifier || qualifier === '$LATEST') return latest;
    const found = versions.get(qualifier === 'live' ? live : qualifier);
    if (!found) throw new Refusal(404, 'ResourceNotFoundException', `Function not found: ${name}:${qualifier}`);
    return found;
  };
  const settled = () => {
    if (pollsUntilSettled > 0)
      throw new Refusal(409, 'ResourceConflictException', `An update is in progress for resource: ${name}`);
  };

  const operations: Record<string, (body: Record<string, unknown>, query: URLSearchParams) => unknown> = {
    'GET configuration': (_, query) => {
      const found = find(query.get('Qualifier'));
      if (pollsUntilSettled > 0) pollsUntilSettled--;
      const hasFailed = found === latest && latest.MemorySize === options.failsToSettle;
      return {
        ...describe(found, pollsUntilSettled > 0, hasFailed),
        Environment: { Variables: options.variables ?? {} },
      };
    },
    'PUT configuration': ({ MemorySize, Description }) => {
      settled();
      if (Description === options.refusesToRestore) throw new Refusal(500, 'ServiceException', 'An error occurred');
      if (typeof MemorySize !== 'number' || MemorySize < 128 || MemorySize > 10_240)
        throw new Refusal(
          400,
          'InvalidParameterValueException',
          `'MemorySize' value failed to satisfy constraint: ${MemorySize}`,
        );
      Object.assign(latest, { MemorySize, Description, RevisionId: randomUUID() });
      pollsUntilSettled = 2;
      return describe(latest, true);
    },
    'POST versions': ({ Description }) => {
      settled();
      // Lambda returns the last version where nothing has changed since.
      const same = [...versions.values()].find(({ RevisionId }) => RevisionId === latest.RevisionId);
      if (same) return describe(same, false);
      const version = String(++lastPublished);
      versions.set(version, { ...latest, Description: String(Description), Version: version });
      pollsUntilSettled = 2;
      return describe(versions.get(version) ?? latest, true);
    },
    'GET versions': () => ({ Versions: [latest, ...versions.values()].map((one) => describe(one, false)) }),
    'GET aliases/live': () => ({ Name: 'live', FunctionVersion: live }),
    'DELETE ': (_, query) => {
      const version = query.get('Qualifier') ?? '';
      find(version);
      if (version === live) throw new Refusal(409, 'ResourceConflictException', 'Version is pointed at by an alias');
      versions.delete(version);
      return undefined;
    },
  };

  async function invoke(body: Buffer, query: URLSearchParams, response: ServerResponse): Promise<void> {
    const version = query.get('Qualifier') ?? '$LATEST';
    const { MemorySize } = find(version);
    settled();
    const { rawQueryString, headers } = JSON.parse(body.toString());
    const secret: string | undefined = headers['x-origin-verify'];
    invocations.push({ version, key: rawQueryString });
    await options.beforeInvocation?.(invocations.length);
    const milliseconds = options.milliseconds[MemorySize];
    const isFirst = !warm.has(version);
    warm.add(version);
    const init = isFirst ? 200 : undefined;
    const failure = options.failures?.[MemorySize];
    if (failure === 'refusal') {
      const refusal = { statusCode: 504, headers: {}, body: '{"code":"store-slow"}' };
      return answer(response, refusal, reportOf(options.logFormat, MemorySize, 500, init, 180));
    }
    if (failure) {
      const took = failure === 'timeout' ? 15_000 : 500;
      const error = { errorMessage: failure === 'timeout' ? 'Task timed out after 15.00 seconds' : 'exit status 1' };
      const report = reportOf(options.logFormat, MemorySize, took, init, 180);
      return answer(response, error, report, { 'X-Amz-Function-Error': 'Unhandled' });
    }
    if (milliseconds === undefined) {
      const report = reportOf(options.logFormat, MemorySize, 3000, isFirst ? 200 : undefined, MemorySize);
      const error = {
        errorType: 'Runtime.ExitError',
        errorMessage: 'Error: Runtime exited with error: signal: killed',
      };
      return answer(response, error, report, { 'X-Amz-Function-Error': 'Unhandled' });
    }
    const reply = await options.handler(rawQueryString, secret);
    answer(response, reply, reportOf(options.logFormat, MemorySize, milliseconds, isFirst ? 200 : undefined, 180));
  }

  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://lambda');
    calls.push(`${request.method} ${pathname}`);
    try {
      const [, path = ''] = /^\/2015-03-31\/functions\/resize\/?(.*)$/.exec(pathname) ?? [];
      const body = await buffer(request);
      await options.before?.(`${request.method} ${path}`);
      if (path === 'invocations') return await invoke(body, searchParams, response);
      const operation = operations[`${request.method} ${path}`];
      if (!operation) throw new Refusal(404, 'UnknownOperationException', `${request.method} ${pathname}`);
      const result = operation(body.length > 0 ? JSON.parse(body.toString()) : {}, searchParams);
      const status = request.method === 'POST' ? 201 : result === undefined ? 204 : 200;
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(result && JSON.stringify(result));
    } catch (error) {
      const {
        status = 500,
        code = 'ServiceException',
        message = String(error),
      } = error instanceof Refusal ? error : {};
      response.writeHead(status, { 'Content-Type': 'application/json', 'x-amzn-ErrorType': code });
      response.end(JSON.stringify({ Type: status < 500 ? 'User' : 'Service', Message: message }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    latest,
    versions,
    live,
    invocations,
    calls,
    close: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

function describe(configuration: Configuration, isChanging: boolean, hasFailed = false) {
  const { Version } = configuration;
  const ended = hasFailed ? 'Failed' : 'Successful';
  return {
    FunctionName: name,
    FunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:${name}${Version === '$LATEST' ? '' : `:${Version}`}`,
    Runtime: 'nodejs24.x',
    Architectures: ['x86_64'],
    Timeout: 15,
    CodeSha256: 'sameForAll',
    State: Version !== '$LATEST' && isChanging ? 'Pending' : 'Active',
    LastUpdateStatus: Version === '$LATEST' && isChanging ? 'InProgress' : ended,
    ...(hasFailed && { LastUpdateStatusReason: 'Out of luck' }),
    ...configuration,
  };
}

function answer(response: ServerResponse, payload: unknown, log: string, headers: Record<string, string> = {}): void {
  // The last four kilobytes of the log.
  const tail = Buffer.from(log).subarray(-4096).toString('base64');
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'X-Amz-Log-Result': tail,
    'X-Amz-Executed-Version': '1',
    ...headers,
  });
  response.end(JSON.stringify(payload));
}

function reportOf(
  format: 'JSON' | 'Text',
  memory: number,
  milliseconds: number,
  init: number | undefined,
  peak: number,
): string {
  const requestId = randomUUID();
  const billed = Math.ceil(milliseconds + (init ?? 0));
  if (format === 'JSON') {
    const metrics = {
      durationMs: milliseconds,
      billedDurationMs: billed,
      memorySizeMB: memory,
      maxMemoryUsedMB: peak,
      ...(init !== undefined && { initDurationMs: init }),
    };
    const time = new Date().toISOString();
    const chatter = JSON.stringify({ level: 'INFO', message: 'x'.repeat(5000) });
    const report = JSON.stringify({ time, type: 'platform.report', record: { requestId, metrics, status: 'success' } });
    return `${chatter}\n${report}\n`;
  }
  const parts = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${milliseconds.toFixed(2)} ms`,
    `Billed Duration: ${billed} ms`,
    `Memory Size: ${memory} MB`,
    `Max Memory Used: ${peak} MB`,
    ...(init === undefined ? [] : [`Init Duration: ${init.toFixed(2)} ms`]),
  ];
  return `START RequestId: ${requestId} Version: 8\nEND RequestId: ${requestId}\n${parts.join('\t')}\t\n`;
}
