import { bucketsOf, type Chain, isHostOf } from './chain.ts';
import { allows, type ResizeLambda } from './compute.ts';
import { apiTypes } from './edge.ts';
import { at, list, refersTo, text } from './plain-template.ts';
import type { Row } from './row.ts';

/** What the Lambda must be told and allowed. */
export const computeRows: readonly Row[] = [
  {
    id: 'L7',
    mechanism: 'the derivative is stored elsewhere than the website looks',
    check: (chain) =>
      chain.lambdas.flatMap((lambda) => {
        const told = bucketsOf(lambda, chain).map(({ bucket }) => bucket);
        return chain.websites
          .filter(({ id }) => !told.includes(id))
          .map(({ id }) => ({
            resource: lambda.id,
            sentence:
              `is told of no bucket that is ${id}, where the website looks: what it stores is never found, and each view ` +
              'goes round once more',
          }));
      }),
  },
  {
    id: 'L8',
    mechanism: 'the Lambda sends the viewer to the wrong host',
    check: (chain) => chain.lambdas.flatMap((lambda) => wrongHosts(lambda, chain)),
  },
  {
    id: 'R1',
    mechanism: 'S3 answers 403 for an object that is missing',
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
              `may not s3:ListBucket ${bucket} (${variable}): S3 tells it 403 instead of 404 for an object that is missing, so a ` +
              'missing image cannot be told from a forbidden one, and first views end in an error',
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
                  'expires every object, originals included, by a lifecycle rule without prefix: what users uploaded is gone, ' +
                  'and its images end in 404',
              }));
          }),
      ),
  },
];

/** The ways to write the ARN of a bucket of the template. */
function arnsOf(bucket: string): string[] {
  const partitions = ['aws', `\${AWS::Partition}`];
  return [`\${${bucket}.Arn}`, ...partitions.map((partition) => `arn:${partition}:s3:::\${${bucket}}`)];
}

/** With two buckets the originals are in the other one; with one bucket they are in the website's. */
function holdsOriginals(bucket: string, lambda: ResizeLambda, chain: Chain): boolean {
  const told = new Set(bucketsOf(lambda, chain).map((row) => row.bucket));
  const isWebsite = chain.websites.some(({ id }) => id === bucket);
  return !isWebsite || told.size === 1;
}

function wrongHosts(lambda: ResizeLambda, chain: Chain) {
  const apis = chain.resources.filter(({ type }) => apiTypes.includes(type)).map(({ id }) => id);
  const wrong = [...lambda.variables].flatMap(([variable, value]) => {
    const website = chain.websites.find(({ id }) => value.includes(`\${${id}.WebsiteURL}`));
    if (website || value.includes('s3-website')) {
      return [
        `is told the website's own address (${variable}): it sends viewers there by plain http, past CloudFront, where ` +
          'nothing is kept and the next miss redirects to the API again',
      ];
    }
    if (value.includes('execute-api') || apis.some((id) => refersTo(value, id))) {
      return [`is told the address of the API (${variable}): it sends viewers back to itself, without end`];
    }
    const home = chain.distributions.find((distribution) => isHostOf(value, distribution));
    return home && value.startsWith('http:')
      ? [
          `sends viewers to ${home.id} by http (${variable}): one redirect more for each view, or a 403 where only https is let in`,
        ]
      : [];
  });
  const knowsEdge = chain.distributions.some((distribution) =>
    [...lambda.variables.values()].some((value) => isHostOf(value, distribution)),
  );
  const lost =
    wrong.length === 0 && chain.distributions.length > 0 && !knowsEdge
      ? ['is told no address of CloudFront: wherever it sends viewers, it is not where derivatives are kept']
      : [];
  return [...wrong, ...lost].map((sentence) => ({ resource: lambda.id, sentence }));
}
