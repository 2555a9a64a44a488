/**
 * The target file: where one running chain is. `make dev` and `make deploy` write it; smoke, e2e, load and tune read
 * it. It never holds a secret.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export interface Target {
  /** `local`, `staging` or `prod`. */
  readonly target: string;
  /** The value of the dimension `stage` of our metrics. */
  readonly stage: string;
  readonly region: string;
  /** Without a trailing slash: `<imageUrl>/<preset>/<key>`. */
  readonly imageUrl: string;
  /** `<apiUrl>?key=<preset>/<key>`: `<imageUrl>/resize` where the API is on the image host. */
  readonly apiUrl: string;
  /** Set where the API is on the image host: its URL at API Gateway, which answers 403. */
  readonly apiOwnUrl?: string;
  /** Without a trailing slash. Answers CloudFront only. */
  readonly websiteUrl: string;
  readonly buckets: { readonly originals: string; readonly derivatives: string };
  /** Set where Block Public Access stays on, so that the policy of the derivatives must not count as public. */
  readonly blocksPublicAccess?: boolean;
  /** Set when the originals are in another region. */
  readonly originalsRegion?: string;
  readonly function: { readonly name: string; readonly alias: string };
  readonly distributionId: string;
  /** Set on a local target: the endpoint of CloudFront's API, with the credentials of `s3`. */
  readonly cloudFront?: { readonly endpoint: string };
  readonly dashboardUrl?: string;
  /** Set where a WAF rule blocks an address with more requests. */
  readonly rateRule?: { readonly requestsPerFiveMinutes: number };
  /** Set on a local target: the S3 endpoint, and the profile and file of the credentials that it accepts. */
  readonly s3?: { readonly endpoint: string; readonly profile: string; readonly credentialsFile: string };
}

/** `local`, `staging` and `prod` are in this folder, which git ignores. */
export function targetPath(name: string): string {
  return join(import.meta.dirname, '../.cache/targets', `${name}.json`);
}

/** Reads the target of a name or of a file. Throws an error that says what was given and what was expected. */
export function readTarget(nameOrFile: string): Target {
  const isName = /^[a-z]+$/.test(nameOrFile);
  const path = isName ? targetPath(nameOrFile) : resolve(nameOrFile);
  const given = `TARGET is ${JSON.stringify(nameOrFile)}`;
  const expected = nameOrFile === 'local' ? 'a chain that "make dev" has started' : expectedTarget;
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) throw new Error(`${given}: expected ${expected}`);
  return parseTarget(readFileSync(path, 'utf8'), path);
}

const expectedTarget =
  'local while "make dev" runs, the name of an environment after "make deploy ENV=name", or the path of a target file';

/** Target files are also edited by hand, so each required field is checked. */
export function parseTarget(text: string, path: string): Target {
  let target: Target;
  try {
    target = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${path} is not JSON: expected a target file (docs/operating.md)`, { cause });
  }
  const required: Readonly<Record<string, string | undefined>> = {
    target: target?.target,
    stage: target?.stage,
    region: target?.region,
    imageUrl: target?.imageUrl,
    apiUrl: target?.apiUrl,
    websiteUrl: target?.websiteUrl,
    'buckets.originals': target?.buckets?.originals,
    'buckets.derivatives': target?.buckets?.derivatives,
    'function.name': target?.function?.name,
    'function.alias': target?.function?.alias,
    distributionId: target?.distributionId,
  };
  for (const [field, value] of Object.entries(required)) {
    const isUrl = field.endsWith('Url');
    if (typeof value === 'string' && value !== '' && (!isUrl || /^https?:\/\/[^/]+/.test(value))) continue;
    throw new Error(
      `${path}: ${field} is ${JSON.stringify(value)}, expected ${isUrl ? 'an http address' : 'a name'} (docs/operating.md)`,
    );
  }
  return target;
}

/** Returns the path that it wrote. */
export function writeTarget(target: Target, path: string = targetPath(target.target)): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(target, null, 2)}\n`);
  return path;
}

export function removeTarget(name: string): void {
  rmSync(targetPath(name), { force: true });
}

/** On the image host API Gateway's own URL is known beside it. */
export const apiOnOf = ({ apiOwnUrl }: Pick<Target, 'apiOwnUrl'>): 'image-host' | 'own-host' =>
  apiOwnUrl ? 'image-host' : 'own-host';

/** Every part is on this machine. A target with one public part counts as public. */
export function isLocal({ imageUrl, apiUrl, s3 }: Target): boolean {
  return [imageUrl, apiUrl, s3?.endpoint].every((url) => url !== undefined && isLoopback(new URL(url).hostname));
}

function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
