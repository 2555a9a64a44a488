import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { ApiOn } from '../../src/config.ts';
import { crossOriginHeaders } from '../../src/core/reply.ts';
import type { EntryPoint, Example, Expected, Original, StoreFault } from './examples.ts';

/** An answer at the end of a chain, and the statuses on the way to it. */
export interface Outcome {
  readonly statuses: readonly number[];
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A way to ask the service: in process, on the local chain, on a deployed target. */
export interface Transport {
  readonly apiOn: ApiOn;
  readonly upload: (key: string, bytes: Uint8Array) => Promise<void>;
  /** `path` is raw, as it goes over the wire; `query` takes its place at the API. */
  readonly ask: (
    entryPoint: EntryPoint,
    request: { method: string; accept: string; path: string; query?: string },
  ) => Promise<Outcome>;
  /** Absent where nobody can make the store fail. Gives back the way to heal it. */
  readonly breakStore?: (fault: StoreFault) => () => void;
}

export type ExampleRow = Example & { readonly entryPoint: EntryPoint; readonly expected: Expected };

/** Everything of a run lies below this, so that it can be taken away; objects there expire after a day by themselves. */
export const newPrefix = () => `loadtest/e2e-${randomBytes(4).toString('hex')}/`;

export async function runExample(
  row: ExampleRow,
  { apiOn, upload, ask, breakStore }: Transport,
  { prefix, originals }: { prefix: string; originals: Readonly<Record<Exclude<Original, 'none'>, Uint8Array>> },
): Promise<void> {
  const name = `${row.entryPoint}-${row.name.replaceAll(/\W+/g, '-')}.jpg`;
  if (row.original !== 'none') await upload(`${prefix}${name}`, originals[row.original]);
  const request = {
    method: row.method ?? 'GET',
    accept: row.accept ?? '*/*',
    path: `${row.preset}/${prefix}${row.rawName ?? name}`,
    ...(row.rawQuery !== undefined && { query: row.rawQuery }),
  };
  if (row.made) await ask('api', request);
  const heal = row.fault ? breakStore?.(row.fault) : undefined;
  try {
    judge(await ask(row.entryPoint, request), row, apiOn);
  } finally {
    heal?.();
  }
}

function judge({ statuses, headers, body }: Outcome, { expected, method }: ExampleRow, apiOn: ApiOn): void {
  const text = new TextDecoder().decode(body.subarray(0, 300));
  expect(statuses, text).toEqual(expected.statuses);
  for (const [name, part] of Object.entries(expected.headers ?? {})) {
    const text = part !== 'refusal' ? part : apiOn === 'image-host' ? 'no-store' : 'max-age=';
    expect(headers[name], name).toContain(text);
  }
  // CloudFront adds the first one to an error of S3 only where the request has `Origin`.
  const { 'Access-Control-Allow-Origin': allowed, ...others } = crossOriginHeaders;
  for (const [name, value] of Object.entries(others)) expect(headers[name.toLowerCase()], name).toBe(value);
  if (statuses.at(-1) !== 404 || expected.code) expect(headers['access-control-allow-origin']).toBe(allowed);
  if (statuses.at(-1) !== 404 || expected.code) expect(headers['x-content-type-options']).toBe('nosniff');
  if (method === 'HEAD') expect(body).toHaveLength(0);
  if (!expected.code) return;
  expect(headers['content-type']).toBe('application/json');
  expect(JSON.parse(new TextDecoder().decode(body))).toEqual({
    code: expected.code,
    message: expect.stringMatching(/^[A-Z].+\.$/s),
    requestId: expect.stringMatching(/.+/),
  });
}
