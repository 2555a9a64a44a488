/**
 * A `PathPattern` as a test: `*` is any text, slashes included, `?` exactly one character, and letters' case counts.
 * The slash at the start may be left out ("Cache behavior settings", CloudFront developer guide).
 */
export function pathPattern(pattern: string): (path: string) => boolean {
  if (pattern === '*') return () => true;
  const slashed = pattern.startsWith('/') || pattern.startsWith('*') ? pattern : `/${pattern}`;
  const expression = slashed.replace(/[.*+?^${}()|[\]\\]/g, (mark) => {
    if (mark === '*') return '.*';
    return mark === '?' ? '.' : `\\${mark}`;
  });
  const matcher = new RegExp(`^${expression}$`, 's');
  return (path) => matcher.test(path);
}

/**
 * The path that behaviours are matched on: escapes of plain characters undone, dot segments resolved, slashes in a row
 * made one (RFC 3986 §6.2.2; "Path normalization"). The origin still gets the path as it came.
 */
export function normalisePath(path: string): string {
  if (!/%|\/\/|\/\./.test(path)) return path;
  const plain = path.replace(/%([0-9a-f]{2})/gi, (given, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : given.toUpperCase();
  });
  const kept: string[] = [];
  const segments = plain.split('/').slice(1);
  for (const [at, segment] of segments.entries()) {
    const isLast = at === segments.length - 1;
    if (segment === '..') kept.pop();
    const names = segment !== '' && segment !== '.' && segment !== '..';
    if (names || isLast) kept.push(names ? segment : '');
  }
  return `/${kept.join('/')}`;
}
