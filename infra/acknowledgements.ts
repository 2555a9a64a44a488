import { Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { allowedPresets } from '../src/core/presets.ts';
import { canaryPrefix } from './constructs/canary.ts';
import type { ResizeStack } from './resize-stack.ts';

/** A finding of cdk-nag's AwsSolutions that we leave as it is, and the reason that an auditor gets. */
export interface Acknowledgement {
  readonly construct: Construct;
  readonly rule: string;
  readonly reason: string;
}

export function acknowledgeFindings(stack: ResizeStack): void {
  for (const { construct, rule, reason } of acknowledgements(stack)) {
    Validations.of(construct).acknowledge({ id: `AwsSolutions-${rule}`, reason });
  }
}

export function acknowledgements(stack: ResizeStack): readonly Acknowledgement[] {
  return [
    ...ofTheLogs(stack),
    ...ofTheWebsite(stack),
    ...ofTheEdge(stack),
    ...ofTheApi(stack),
    ...ofTheRole(stack),
    ...ofTheCanary(stack),
  ];
}

function ofTheLogs({ accessLogs, options }: ResizeStack): Acknowledgement[] {
  if (!options.existingOriginals) return [];
  const reason =
    'This is the bucket of the logs; it gets none of S3 here, since the originals lie in a bucket of their own.';
  return [{ construct: accessLogs, rule: 'S1', reason }];
}

function ofTheWebsite({ derivatives, secret }: ResizeStack): Acknowledgement[] {
  return [
    {
      construct: secret,
      rule: 'SMG4',
      reason:
        'CloudFormation would not notice a value that rotates by itself, and images would fail. It is rotated by ' +
        'counting secretGeneration up, with the one before still accepted (docs/operating.md).',
    },
    {
      construct: derivatives,
      rule: 'S1',
      reason:
        'Only CloudFront is let in, and it logs every request. Here the same would be written and paid for twice.',
    },
    {
      construct: derivatives,
      rule: 'S2',
      reason:
        'A website endpoint answers anonymous requests only, and S3 takes a policy on Referer for public. The policy ' +
        'demands the secret of CloudFront; public ACLs stay blocked. It holds nothing but derivatives without metadata.',
    },
    {
      construct: derivatives,
      rule: 'S5',
      reason:
        'An origin access identity cannot be used with a website endpoint, and the redirect needs the website endpoint. ' +
        'The secret Referer takes its place.',
    },
    {
      construct: derivatives,
      rule: 'S10',
      reason:
        'Website endpoints speak http only: to deny it would shut out CloudFront. Viewers speak https to CloudFront, and ' +
        'the Lambda writes by https.',
    },
  ];
}

function ofTheEdge({ edge, options }: ResizeStack): Acknowledgement[] {
  return [
    { construct: edge, rule: 'CFR1', reason: 'Images are for viewers in every country.' },
    {
      construct: edge,
      rule: 'CFR5',
      reason:
        'The origin is a website endpoint, which speaks http only. It carries public images; the secret on the way ' +
        'keeps the merely curious away, and is no protection of private data.',
    },
    ...(options.rateRule
      ? []
      : [
          {
            construct: edge,
            rule: 'CFR2',
            reason:
              'What costs money stands behind the API, which the firewall would not cover; throttle and reserved ' +
              'concurrency bound it. The rate rule is one option in infra/environments.ts.',
          },
        ]),
    ...(options.domain
      ? []
      : [
          {
            construct: edge,
            rule: 'CFR4',
            reason:
              "With CloudFront's own domain name the minimum of TLS cannot be set. With a domain of our own " +
              '(infra/environments.ts) it is TLS 1.2.',
          },
        ]),
  ];
}

function ofTheApi({ api }: ResizeStack): Acknowledgement[] {
  return [
    {
      construct: api,
      rule: 'APIG4',
      reason:
        'Browsers come here without credentials, sent by a redirect. The Lambda serves only the presets of the ' +
        'allow-list; the throttle of the stage and the reserved concurrency bound what anybody can spend.',
    },
  ];
}

function ofTheRole(stack: ResizeStack): Acknowledgement[] {
  const { originals, derivatives, resize, config } = stack;
  const within = wildcardsOf(stack);
  return [
    {
      construct: resize.role,
      rule: within(originals.bucket.bucketArn, '*'),
      reason: 'Any original may be asked for, by any key. Reading is all that is allowed.',
    },
    ...[...allowedPresets(config.presets).keys()].map((name) => ({
      construct: resize.role,
      rule: within(derivatives.bucket.bucketArn, `${name}/*`),
      reason: 'Derivatives have the keys of their originals. Reading and writing end at the prefix of a listed preset.',
    })),
  ];
}

function ofTheCanary(stack: ResizeStack): Acknowledgement[] {
  const names = [...allowedPresets(stack.config.presets).keys()];
  const { canary } = stack.monitoring;
  if (!canary) return [];
  const within = wildcardsOf(stack);
  const reason = 'Each run of the canary has a key of its own, below a prefix that nobody else uses.';
  return [
    within(stack.originals.bucket.bucketArn, `${canaryPrefix}*`),
    ...names.map((name) => within(stack.derivatives.bucket.bucketArn, `${name}/${canaryPrefix}*`)),
  ].map((rule) => ({ construct: canary.role, rule, reason }));
}

function wildcardsOf(stack: ResizeStack) {
  return (bucketArn: string, keys: string) => `IAM5[Resource::${asNagWrites(bucketArn, stack)}/${keys}]`;
}

/** cdk-nag writes references into the ids of its findings in a notation of its own. */
function asNagWrites(arn: string, stack: ResizeStack): string {
  const resolved: string | { 'Fn::GetAtt'?: string[]; 'Fn::Join'?: [string, (string | { Ref: string })[]] } =
    stack.resolve(arn);
  if (typeof resolved === 'string') return resolved;
  const [separator, parts] = resolved['Fn::Join'] ?? ['', []];
  const attribute = resolved['Fn::GetAtt'];
  return attribute
    ? `<${attribute.join('.')}>`
    : parts.map((part) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join(separator);
}
