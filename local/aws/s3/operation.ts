import type { ReadStream } from 'node:fs';
import type { S3Request } from './s3-request.ts';
import type { Store } from './store.ts';

/** What an operation works with. */
export interface Context {
  readonly request: S3Request;
  readonly store: Store;
  readonly region: string;
  now(): Date;
}

export interface S3Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  /** A stream has its length in the headers. */
  readonly body?: string | ReadStream;
}

/** One operation of the S3 API: how a request is known to mean it, what it may carry, and what it does. */
export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly on: 'service' | 'bucket' | 'object';
  /** The query parameter (with its value) or the header that tells it from others with the same method. */
  readonly marker?: { readonly query: string; readonly value: string } | { readonly header: string };
  /** Query parameters it knows, besides its marker. */
  readonly query?: readonly string[];
  /** Headers `x-amz-*` and `if-*` that it knows, besides its marker and those of signing. */
  readonly headers?: readonly string[];
  run(context: Context): S3Reply | Promise<S3Reply>;
}
