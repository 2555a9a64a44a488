/** Names without the beginning that all of them share, up to a hyphen: `Stack-prod-health` is `health`. */
export function shortNames(names: readonly string[]): ReadonlyMap<string, string> {
  const [first = '', ...others] = names;
  const words = first.split('-').slice(0, -1);
  while (words.length > 0 && !others.every((name) => name.startsWith(`${words.join('-')}-`))) words.pop();
  // A single name shares all of itself with all others.
  const shared = others.length === 0 || words.length === 0 ? 0 : words.join('-').length + 1;
  return new Map(names.map((name) => [name, name.slice(shared)]));
}
