/** What the lifetime in browsers costs in requests (docs/decisions/026). */
import { markdownTable } from 'markdown-table';
import { prices } from './prices.ts';

const hour = 60 * 60;
const day = 24 * hour;

const returns = [
  ['daily', day],
  ['weekly', 7 * day],
  ['monthly', 30 * day],
] as const;

const lifetimes = [
  ['an hour', hour],
  ['a day', day],
  ['14 days', 14 * day],
] as const;

/**
 * Requests for each visit in which a browser shows the image. Visits come at random, on average one in `everySeconds`; a
 * request is followed by `seconds` without one, and then by the wait for the next visit.
 */
export function requestsPerVisit(seconds: number, everySeconds: number): number {
  return 1 / (1 + seconds / everySeconds);
}

/** A request of a browser that holds an old copy is answered 304, without bytes. */
const { httpsRequest, functionCall } = prices.cloudFront;
const dollarsPerRequest = httpsRequest + 2 * functionCall;

/** The table of the decision: requests and dollars for a million visits. */
export function browserRequestsTable(): string {
  const rows = returns.map(([name, every]) => [
    name,
    ...lifetimes.map(([, seconds]) => {
      const requests = 1e6 * requestsPerVisit(seconds, every);
      return `${Math.round(requests).toLocaleString('en-US')}, $${(requests * dollarsPerRequest).toFixed(2)}`;
    }),
  ]);
  return markdownTable([['a viewer returns', ...lifetimes.map(([name]) => name)], ...rows]);
}
