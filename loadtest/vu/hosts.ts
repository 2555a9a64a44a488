import { readAddress } from '../lib/address.ts';
import { plan } from './plan.ts';

/** The hosts that a view may come to; a redirect to another one is not followed. */
export const hosts: readonly string[] = [plan.chain.imageUrl, plan.chain.apiUrl].map((url) => {
  const address = readAddress(url);
  if (!address) throw new Error(`The plan names ${JSON.stringify(url)}: expected an http address`);
  return address.host;
});
