/**
 * The one place where the names of AWS become addresses of this machine. Inside the chain, and in what the Lambda is
 * told, everything has the name it would have on AWS; only what leaves through a endpoint is changed, and only `Location`.
 * A Lambda that asks a host of the chain by its name reaches the endpoint of it, and sees names alone.
 */
export interface Hosts {
  /** From here on the host is at this address, by whichever scheme. */
  set(host: string, address: string): void;
  /** `https://d1.cloudfront.net/a` becomes `http://127.0.0.1:8080/a`. Other addresses stay as they are. */
  toLocal(location: string): string;
  all(): Addresses;
}

/** By host. */
export type Addresses = Readonly<Record<string, string>>;

/** Whoever sends this header gets the names of AWS in `Location`. No endpoint hands it on. */
export const keepsNames = 'x-local-keep-names';

export function createHosts(): Hosts {
  const addresses: Record<string, string> = {};
  return {
    set(host, address) {
      addresses[host] = address;
    },
    toLocal: (location) => toLocal(location, addresses),
    all: () => addresses,
  };
}

export function toLocal(location: string, addresses: Addresses): string {
  const [, host = '', rest = ''] = /^https?:\/\/([^/?#]+)(.*)$/is.exec(location) ?? [];
  const name = host.toLowerCase();
  return Object.hasOwn(addresses, name) ? `${addresses[name]}${rest}` : location;
}
