import type { ResultType } from './edge-answer.ts';

/** One line of the access log, as a value ("Standard logging reference"); what a console and its hit rate live on. */
export interface EdgeRecord {
  /** Milliseconds since 1970, by the chain's clock. */
  readonly time: number;
  readonly requestId: string;
  readonly ip: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly method: string;
  /** As the viewer sent it. */
  readonly uri: string;
  readonly query: string;
  readonly status: number;
  readonly resultType: ResultType;
  /** What more there is to say: why a function failed, why an origin could not be reached. */
  readonly detail?: string;
  /** Of the body. */
  readonly bytes: number;
  /** Of the request's body. */
  readonly receivedBytes: number;
  /** The origin was asked for this answer. Whoever waited for the answer to another viewer has a hit. */
  readonly fromOrigin: boolean;
  /** Real ones. */
  readonly milliseconds: number;
  readonly location?: string;
}
