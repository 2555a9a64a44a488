import { bucketsOf, type Chain, isHostOf, type Row } from './chain.ts';
import { allows, type ResizeLambda } from './compute.ts';
import { apiTypes } from './edge.ts';
import { apiBehaviours } from './image-host-rows.ts';
import { at, list, refersTo, text } from './plain-template.ts';

/** Faults of the Lambda's variables and permissions. */
export const computeRows: readonly Row[] = [
  {
    id: 'L7',
    mechanism: 'the derivative is stored in another bucket than that of the website',
    check: (chain) =>
      chain.lambdas.flatMap((lambda) => {
        const known = bucketsOf(lambda, chain).map(({ bucket }) => bucket);
        return chain.websites
          .filter(({ id }) => !known.includes(id))
          .map(({ id }) => ({
            resource: lambda.id,
            sentence:
              `has no variable with ${id}, the bucket of the website: the website never finds what it stores, and each ` +
              'view is redirected again',
          }));
      }),
  },
  {
    id: 'L8',
    mechanism: 'the Lambda redirects the viewer to a wrong host',
    check: (chain) => chain.lambdas.flatMap((lambda) => wrongHosts(lambda, chain)),
  },
  {
    id: 'R1',
    mechanism: 'S3 answers 403 for a missing object',
    check: (chain) =>
      chain.lambdas.flatMap((lambda) => {
        const { grants } = lambda;
        if (!grants) return [];
        return bucketsOf(lambda, chain)
          .filter(
            ({ bucket, inTemplate }) =>
              !allows(grants, 's3:ListBucket', inTemplate ? arnsOf(bucket) : [`arn:aws:s3:::${bucket}`]),
          )
          .map(({ variable, bucket }) => ({
            resource: lambda.id,
            sentence:
              `lacks s3:ListBucket on ${bucket} (${variable}): S3 answers 403 instead of 404 for a missing object, which ` +
              'then looks like a denied one, so first views fail',
          }));
      }),
  },
  {
    id: 'R2',
    mechanism: 'a lifecycle rule deletes originals',
    check: (chain) =>
      chain.lambdas.flatMap((lambda) =>
        bucketsOf(lambda, chain)
          .filter(({ bucket }) => holdsOriginals(bucket, lambda, chain))
          .flatMap(({ bucket }) => {
            const resource = chain.resources.find(({ id }) => id === bucket);
            return list(at(resource?.properties, 'LifecycleConfiguration', 'Rules'))
              .filter(
                (rule) =>
                  text(at(rule, 'Status')) !== 'Disabled' &&
                  (text(at(rule, 'ExpirationInDays')) !== '' || text(at(rule, 'ExpirationDate')) !== '') &&
                  text(at(rule, 'Prefix')) === '' &&
                  list(at(rule, 'TagFilters')).length === 0,
              )
              .map(() => ({
                resource: bucket,
                sentence:
                  'expires every object by a lifecycle rule without a prefix, originals included: uploads are deleted, and ' +
                  'their images are 404',
              }));
          }),
      ),
  },
];

/** Returns the notations of the ARN of a bucket in the template. */
function arnsOf(bucket: string): string[] {
  const partitions = ['aws', `\${AWS::Partition}`];
  return [`\${${bucket}.Arn}`, ...partitions.map((partition) => `arn:${partition}:s3:::\${${bucket}}`)];
}

/** With two buckets the originals are in the one without a website. */
function holdsOriginals(bucket: string, lambda: ResizeLambda, chain: Chain): boolean {
  const known = new Set(bucketsOf(lambda, chain).map((row) => row.bucket));
  const isWebsite = chain.websites.some(({ id }) => id === bucket);
  return !isWebsite || known.size === 1;
}

function wrongHosts(lambda: ResizeLambda, chain: Chain) {
  const apis = chain.resources.filter(({ type }) => apiTypes.includes(type)).map(({ id }) => id);
  const wrong = [...lambda.variables].flatMap(([variable, value]) => {
    const website = chain.websites.find(({ id }) => value.includes(`\${${id}.WebsiteURL}`));
    if (website || value.includes('s3-website')) {
      return [
        `has the website's own URL (${variable}): it redirects viewers there by http, without CloudFront, so nothing is ` +
          'cached',
      ];
    }
    if (value.includes('execute-api') || apis.some((id) => refersTo(value, id))) {
      return [`has the URL of the API (${variable}): it redirects viewers to itself in a loop`];
    }
    const home = chain.distributions.find((distribution) => isHostOf(value, distribution));
    return home && value.startsWith('http:')
      ? [
          `redirects viewers to ${home.id} by http (${variable}): one more redirect for each view, or a 403 where only https is allowed`,
        ]
      : [];
  });
  const knowsEdge = chain.distributions.some((distribution) =>
    [...lambda.variables.values()].some((value) => isHostOf(value, distribution)),
  );
  // Behind CloudFront the Lambda redirects by path.
  const lost =
    wrong.length === 0 &&
    apiBehaviours(chain).length === 0 &&
    !lambda.variables.has('ORIGIN_SECRETS') &&
    chain.distributions.length > 0 &&
    !knowsEdge
      ? ['has no URL of CloudFront, so it redirects viewers past the cache']
      : [];
  return [...wrong, ...lost].map((sentence) => ({ resource: lambda.id, sentence }));
}
