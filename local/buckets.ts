import { isList, isObject, type Json, type ResolvedTemplate } from './template/template.ts';

/** The buckets that the chain needs, by the names they have on AWS. */
export interface Buckets {
  readonly all: readonly string[];
  /** Where originals are put: what a role may use and no website shows; in a chain of one bucket, that one. */
  readonly originals: string;
  readonly derivatives: string;
}

export function bucketsOf({ resources }: ResolvedTemplate): Buckets {
  const buckets = resources.filter(({ type }) => type === 'AWS::S3::Bucket');
  const websites = buckets
    .filter(({ properties }) => properties.WebsiteConfiguration !== undefined)
    .map(({ ref }) => ref);
  const [derivatives] = websites;
  if (derivatives === undefined)
    throw new Error('The template has no bucket with a WebsiteConfiguration: expected one');
  const roles = resources.filter(({ type }) => type === 'AWS::IAM::Role' || type === 'AWS::IAM::Policy');
  // An original's bucket may exist already; then only the role names it.
  const used = [...new Set(roles.flatMap(({ properties }) => bucketsIn(properties)))];
  return {
    all: [...new Set([...buckets.map(({ ref }) => ref), ...used])],
    originals: used.find((name) => !websites.includes(name)) ?? derivatives,
    derivatives,
  };
}

/** Names of buckets in the ARNs of a policy. */
function bucketsIn(value: Json): readonly string[] {
  if (typeof value === 'string') {
    const [, name] = /^arn:aws:s3:::([a-z0-9.-]+)(?:\/|$)/.exec(value) ?? [];
    return name === undefined ? [] : [name];
  }
  if (isList(value)) return value.flatMap(bucketsIn);
  return isObject(value) ? Object.values(value).flatMap(bucketsIn) : [];
}
