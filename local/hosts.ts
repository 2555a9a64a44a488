/**
 * The one place where the names of AWS become addresses of this machine. Inside the chain, and in what the Lambda is
 * told, everything has the name it would have on AWS; only what leaves through a door is changed, and only `Location`.
 */
export interface Hosts {
  /** From here on the host is at this address, by whichever scheme. */
  set(host: string, address: string): void;
  /** `https://d1.cloudfront.net/a` becomes `http://127.0.0.1:8080/a`. Other addresses stay as they are. */
  toLocal(location: string): string;
}

export function createHosts(): Hosts {
  const addresses = new Map<string, string>();
  return {
    set: (host, address) => void addresses.set(host, address),
    toLocal(location) {
      const [, host = '', rest = ''] = /^https?:\/\/([^/?#]+)(.*)$/is.exec(location) ?? [];
      const address = addresses.get(host.toLowerCase());
      return address === undefined ? location : `${address}${rest}`;
    },
  };
}
