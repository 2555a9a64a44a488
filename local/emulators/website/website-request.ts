import type { HttpRequest } from '../../http.ts';

/** A request's target taken apart, the way the website endpoint reads it. */
export interface WebsiteTarget {
  readonly path: string;
  /** With its `?`, or nothing. */
  readonly query: string;
  /** Absent when the path is no percent-encoded UTF-8. */
  readonly key?: string;
}

export function readTarget({ target }: HttpRequest): WebsiteTarget {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : target.slice(mark);
  try {
    // S3 reads a raw `+` in a path as a space, so a key with a plus has to be asked for as `%2B`.
    return { path, query, key: decodeURIComponent(path.slice(1).replaceAll('+', ' ')) };
  } catch {
    // The one thing decodeURIComponent throws for is a broken escape, which the missing key says.
    return { path, query };
  }
}

/**
 * Whose website a Host asks for: `bucket.s3-website-region.amazonaws.com` and `bucket.s3-website.region.amazonaws.com`
 * name the bucket, any other host is taken for a bucket of that name. So a forwarded Host ends at a bucket that nobody has.
 */
export function bucketOf(host: string): string {
  const name = host.replace(/:\d+$/, '');
  return /^(.+)\.s3-website[.-][a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/.exec(name)?.[1] ?? name;
}
