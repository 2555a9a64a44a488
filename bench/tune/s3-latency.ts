import { assumedS3 } from '../s3-time.ts';

/**
 * What `make bench` would have to take for `--s3-latency` to come to a wait like this one: the time of one request without
 * what its bytes take, of which GET and PUT are two. The few bytes of the derivative are left out: a millisecond or so.
 */
export function latencyOfOneRequest(waitedMilliseconds: number, bytesIn: number): number {
  const transferMilliseconds = (bytesIn / 1e6 / assumedS3.megabytesPerSecond) * 1000;
  return Math.max(0, (waitedMilliseconds - transferMilliseconds) / 2);
}
