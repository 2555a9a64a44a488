/**
 * The one place where names of AWS become addresses of this machine. Inside the chain, and in the environment of the
 * Lambda, everything has its name on AWS. Only the `Location` of an answer is changed when it leaves an endpoint. A Lambda
 * that calls a host of the chain by its name reaches its endpoint, and sees names only.
 */
export interface Hosts {
  /** From now on the host is at this address, for http and https. */
  set(host: string, address: string): void;
  /** `https://d1.cloudfront.net/a` becomes `http://127.0.0.1:8080/a`. Other addresses stay as they are. */
  toLocal(location: string): string;
  all(): Addresses;
}

/** By host. */
export type Addresses = Readonly<Record<string, string>>;

/** A request with this header gets the names of AWS in `Location`. No endpoint passes it on. */
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
