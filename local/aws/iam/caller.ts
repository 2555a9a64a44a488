/** The owner of the resources may do everything. A role may do what its policies and those of the resource allow. */
export type Caller = 'owner' | { readonly roleArn: string };

/** The access key of a signed request. The signature is not verified; the access key names the caller. */
export function accessKeyOf(authorization: string): string {
  return /^AWS4-HMAC-SHA256 .*Credential=([^/,\s]+)\//.exec(authorization)?.[1] ?? '';
}
