/**
 * The paths of an invalidation as one test ("Invalidate files"): letters' case counts, `*` stands for anything but only
 * at the end, the query belongs to the path where it is in the cache key, and the slash at the start may be left out.
 */
export function invalidationPaths(paths: readonly string[]): (path: string) => boolean {
  const exact = new Set<string>();
  const prefixes: string[] = [];
  for (const given of paths) {
    if (!/^[\u0021-\u007e]+$/.test(given)) {
      throw new Error(`Cannot invalidate ${JSON.stringify(given)}: expected a path with everything else URL-encoded`);
    }
    const path = given.startsWith('/') ? given : `/${given}`;
    if (path.endsWith('*')) prefixes.push(path.slice(0, -1));
    else exact.add(path);
  }
  return (path) => exact.has(path) || prefixes.some((prefix) => path.startsWith(prefix));
}
