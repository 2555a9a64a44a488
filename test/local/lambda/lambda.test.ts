import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { startFunction } from './function-on-disk.ts';

const handler = (body: string): string => `export const handler = async (event, context) => { ${body} };`;

/** The records of Lambda's own lines of one type. */
const linesOf = (lines: readonly string[], type: string) =>
  lines
    .filter((line) => line.includes(`"${type}"`))
    .map((line) => (JSON.parse(line) as { record: Record<string, unknown> }).record);

describe('The Lambda emulator', () => {
  test('gives the event to the handler and the answer back', async () => {
    const { call } = startFunction(handler('return { got: event };'));
    expect(await call({ a: 'ä' })).toEqual({ got: { a: 'ä' } });
  });

  test("runs the function with the template's variables and those of Lambda, and nothing of this machine", async () => {
    process.env.NOT_FOR_THE_FUNCTION = 'x';
    const { call } = startFunction(handler('return process.env;'), { variables: { STAGE: 'prod' } });
    const environment = (await call()) as Record<string, string>;
    expect(environment).toMatchObject({
      STAGE: 'prod',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
      TZ: ':UTC',
    });
    expect(environment).not.toHaveProperty('NOT_FOR_THE_FUNCTION');
    expect(environment).not.toHaveProperty('HOME');
  });

  test('takes a function that asks a host of the chain by its name to the endpoint of it, with the chain’s clock', async () => {
    const endpoint = createServer((request, response) => response.end(request.url)).listen(0, '127.0.0.1');
    await once(endpoint, 'listening');
    const address = endpoint.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const ahead = 86_400_000;
    let offset = ahead;
    const { call } = startFunction(
      handler(`
        const answer = await fetch(new URL('https://d1.cloudfront.net/a%20b?c'), { headers: { accept: '*/*' } });
        return { asked: await answer.text(), days: Math.round((Date.now() - event.now) / ${ahead}) };`),
      {},
      {
        addresses: () => ({ 'd1.cloudfront.net': `http://127.0.0.1:${port}` }),
        clock: { now: () => Date.now() + offset },
      },
    );
    expect(await call({ now: Date.now() })).toEqual({ asked: '/a%20b?c', days: 1 });
    // The clock is put back, and so is that of a process that has been told of another time before.
    offset = 0;
    expect(await call({ now: Date.now() })).toEqual({ asked: '/a%20b?c', days: 0 });
    endpoint.close();
  });

  test('changes its settings for the calls that come, lets those that run end, and goes back', async () => {
    const { call, lambda } = startFunction(
      handler(`
        await new Promise((resolve) => setTimeout(resolve, event.milliseconds ?? 0));
        return [context.memoryLimitInMB, process.env.MODE];`),
      { variables: { MODE: 'first' } },
    );
    const running = call({ milliseconds: 500 });
    lambda.change({ memoryMegabytes: 256, variables: { MODE: 'second' } });
    expect(await call()).toEqual(['256', 'second']);
    expect(await running).toEqual(['512', 'first']);
    lambda.change({ reservedConcurrency: 0 });
    expect(await call()).toMatchObject({ errorType: 'TooManyRequestsException' });
    lambda.change();
    expect(await call()).toEqual(['512', 'first']);
  });

  test('keeps the process for the next event and reports the init phase once', async () => {
    const { call, lines } = startFunction(`let n = 0; ${handler('return { n: ++n, pid: process.pid };')}`);
    const [first, second] = [await call(), await call()] as { n: number; pid: number }[];
    expect([first?.n, second?.n]).toEqual([1, 2]);
    expect(second?.pid).toBe(first?.pid);
    const reports = linesOf(lines, 'platform.report');
    expect(reports[0]).toMatchObject({
      status: 'success',
      metrics: {
        durationMs: expect.any(Number),
        billedDurationMs: expect.any(Number),
        memorySizeMB: 512,
        maxMemoryUsedMB: expect.any(Number),
        initDurationMs: expect.any(Number),
      },
    });
    expect(reports[1]?.metrics).not.toHaveProperty('initDurationMs');
  });

  test("writes the function's lines between start and report of its event, and none below its level", async () => {
    const { call, lines } = startFunction(
      handler(
        'process.stdout.write("plain\\n"); console.log("two\\nlines", 1); console.debug("no"); process.stderr.write("no end");',
      ),
    );
    await call();
    expect(lines).toContain('plain');
    expect(lines).toContain('no end');
    const parsed = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    expect(parsed.map(({ type, message }) => type ?? message)).toEqual([
      'platform.initStart',
      'platform.start',
      'two\nlines 1',
      'platform.report',
    ]);
    expect(parsed[2]).toMatchObject({ level: 'INFO', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  test('answers an error that the handler throws with its type, message and trace', async () => {
    const { call, lines } = startFunction(handler('throw new RangeError("too far");'));
    expect(await call()).toMatchObject({
      errorType: 'RangeError',
      errorMessage: 'too far',
      trace: expect.arrayContaining(['RangeError: too far']),
    });
    const parsed = lines.map((line) => JSON.parse(line));
    expect(parsed).toContainEqual(
      expect.objectContaining({ level: 'ERROR', message: expect.objectContaining({ errorType: 'RangeError' }) }),
    );
  });

  test('ends an event at the timeout and starts anew with fresh module globals', async () => {
    const { call, lines } = startFunction(
      `let n = 0; ${handler('n += 1; if (event.hang) await new Promise((resolve) => setTimeout(resolve, 60_000)); return n;')}`,
      // The start of the second process counts against the timeout, as on AWS; it may be slow here.
      { timeoutSeconds: 5 },
    );
    expect(await call()).toBe(1);
    expect(await call({ hang: true })).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 5.00 seconds$/),
    });
    expect(linesOf(lines, 'platform.report').at(-1)).toMatchObject({ status: 'timeout' });
    expect(await call()).toBe(1);
  });

  test('ends an event that blocks the process at the timeout too', async () => {
    const { call } = startFunction(handler('for (;;) {}'), { timeoutSeconds: 1 });
    expect(await call()).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });

  test.each([
    ['process.exit(3)', 'Runtime exited with error: exit status 3'],
    ['process.kill(process.pid, "SIGKILL")', 'Runtime exited with error: signal: killed'],
  ])('answers Runtime.ExitError after %s and replaces the process', async (code, reason) => {
    const { call } = startFunction(
      handler(`if (event.die) { ${code}; await new Promise(() => {}); } return process.pid;`),
    );
    const before = await call();
    expect(await call({ die: true })).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining(reason),
    });
    expect(await call()).not.toBe(before);
  });

  test('ends a function that takes more memory than it has', async () => {
    const { call, lines } = startFunction(
      handler(
        'const kept = []; for (let i = 0; i < 40; i++) kept.push(Buffer.alloc(10_000_000, 1)); return kept.length;',
      ),
      { memoryMegabytes: 256 },
    );
    expect(await call()).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('signal: killed'),
    });
    expect(linesOf(lines, 'platform.report')).toMatchObject([
      { status: 'error', errorType: 'Runtime.OutOfMemory', metrics: { maxMemoryUsedMB: 256 } },
    ]);
  });

  test('passes a response of the greatest size and refuses one byte more', async () => {
    const { call } = startFunction(handler('return "x".repeat(event.length - 2);'));
    expect(await call({ length: 6_291_556 })).toHaveLength(6_291_554);
    expect(await call({ length: 6_291_557 })).toEqual({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    });
  });

  test('runs module code once more within the event when the init phase failed', async () => {
    const { call, lines } = startFunction(
      `import { existsSync, writeFileSync } from 'node:fs';
      if (!existsSync(process.env.MARK)) { writeFileSync(process.env.MARK, ''); process.exit(7); }
      ${handler('return "second try";')}`,
      { variables: { MARK: join(temporaryFolder(), 'mark') } },
    );
    expect(await call()).toBe('second try');
    expect(linesOf(lines, 'platform.initReport')).toMatchObject([{ phase: 'init', status: 'error' }]);
  });

  test('refuses a handler that takes a callback, as Node.js 24 does on Lambda', async () => {
    const { call } = startFunction('export const handler = (event, context, callback) => callback(null, 1);');
    expect(await call()).toMatchObject({ errorType: 'Runtime.CallbackHandlerDeprecated' });
  });

  test('gives one process one event at a time and starts no more processes than this machine may', async () => {
    const { call, lambda } = startFunction(
      `let running = 0; ${handler('running += 1; const most = running; await new Promise((r) => setTimeout(r, 50)); running -= 1; return { most, pid: process.pid };')}`,
      {},
      { maxProcesses: 2 },
    );
    const answers = (await Promise.all(Array.from({ length: 8 }, () => call()))) as { most: number; pid: number }[];
    expect(answers.map(({ most }) => most)).toEqual(Array(8).fill(1));
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(2);
    expect(lambda.state()).toEqual({ environments: 2, busy: 0, waiting: 0 });
  });

  test('lets events wait up to the reserved concurrency and throttles those above it', async () => {
    const { call } = startFunction(
      handler('await new Promise((r) => setTimeout(r, 200)); return 1;'),
      { reservedConcurrency: 3 },
      { maxProcesses: 1 },
    );
    const answers = await Promise.all(Array.from({ length: 5 }, () => call()));
    const throttled = { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' };
    expect(answers).toEqual([1, 1, 1, throttled, throttled]);
  });

  test("lets the function live by the chain's clock once that has been moved", async () => {
    let now = Date.now();
    const { call } = startFunction(
      handler('return [Date.now(), new Date().getTime(), new Date(0).getTime(), new Date() instanceof Date];'),
      {},
      { clock: { now: () => now } },
    );
    now += 30 * 24 * 60 * 60 * 1000;
    const [ticking, made, epoch, isDate] = (await call()) as [number, number, number, boolean];
    expect(Math.abs(ticking - now)).toBeLessThan(60_000);
    expect(Math.abs(made - now)).toBeLessThan(60_000);
    expect([epoch, isDate]).toEqual([0, true]);
  });

  test('leaves no process behind when it stops in the middle of events, begins none that waits, and logs nothing of it', async () => {
    const { call, lambda, lines } = startFunction(
      handler('if (event.hang) for (;;) {} return process.pid;'),
      {},
      { maxProcesses: 1 },
    );
    const pid = (await call()) as number;
    const [hanging, waiting] = [call({ hang: true }), call()];
    await expect.poll(() => lambda.state()).toEqual({ environments: 1, busy: 1, waiting: 1 });
    const linesBefore = lines.length;
    await lambda.stop();
    expect(await Promise.all([hanging, waiting, call()])).toEqual(
      Array(3).fill({ errorType: 'ServiceException', errorMessage: 'The chain has been stopped.' }),
    );
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(lines.slice(linesBefore)).toEqual([]);
  });

  test('leaves no process behind when the chain is killed', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'index.mjs'), handler('return process.pid;'));
    const chain = fork(join(import.meta.dirname, 'killed-chain.ts'), [folder], { execArgv: [], stdio: 'pipe' });
    const [pid] = (await once(chain, 'message')) as [number];
    expect(() => process.kill(pid, 0)).not.toThrow();
    chain.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
