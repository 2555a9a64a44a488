/** Addresses by hand: k6 has no `URL`. */

export interface Address {
  readonly scheme: 'http' | 'https';
  /** `host` or `host:port`, in lower case. */
  readonly host: string;
}

/** `undefined` for what is no absolute http address. Credentials in front of the host make it none, too. */
export function readAddress(url: string): Address | undefined {
  const found = /^(https?):\/\/([^/?#\\@\s]+)(?:[/?#]|$)/i.exec(url);
  const [, scheme, host] = found ?? [];
  if (!scheme || !host) return undefined;
  return { scheme: scheme.toLowerCase() === 'https' ? 'https' : 'http', host: host.toLowerCase() };
}

/** Where a `Location` leads, seen from the page that sent it; a path stays on its host. */
export function resolveLocation(location: string, from: string): string {
  const address = readAddress(from);
  if (!address || !location.startsWith('/')) return location;
  return location.startsWith('//') ? `${address.scheme}:${location}` : `${address.scheme}://${address.host}${location}`;
}

/** This machine alone: what may be loaded without asking. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '[::1]' ||
    /^127\.(?:25[0-5]|2[0-4]\d|1?\d?\d)\.(?:25[0-5]|2[0-4]\d|1?\d?\d)\.(?:25[0-5]|2[0-4]\d|1?\d?\d)$/.test(name)
  );
}
