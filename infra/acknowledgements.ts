import { Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { purgePrefix } from '../src/core/invalidation.ts';
import { allowedPresets } from '../src/core/presets.ts';
import { canaryPrefix } from './constructs/canary.ts';
import { testPrefix } from './constructs/originals.ts';
import type { ResizeStack } from './resize-stack.ts';

/** A finding of cdk-nag's AwsSolutions that is accepted, with the reason for auditors. */
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
    ...ofThePurge(stack),
    ...ofTheDeployRole(stack),
  ];
}

function ofTheLogs({ accessLogs, options }: ResizeStack): Acknowledgement[] {
  if (!options.existingOriginals) return [];
  const reason = 'This is the bucket of the logs. Originals are in an existing bucket, so it gets no logs of S3.';
  return [{ construct: accessLogs, rule: 'S1', reason }];
}

function ofTheWebsite({ derivatives, secret, apiSecret }: ResizeStack): Acknowledgement[] {
  return [
    ...[secret, ...(apiSecret ? [apiSecret] : [])].map((construct) => ({
      construct,
      rule: 'SMG4',
      reason:
        'CloudFormation does not see a value that rotates by itself, so images would fail. It is rotated by incrementing ' +
        'secretGeneration, and the generation before stays accepted (docs/operating.md).',
    })),
    {
      construct: derivatives,
      rule: 'S1',
      reason: 'Only CloudFront has access, and it logs every request. Logs of S3 would repeat them at a price.',
    },
    {
      construct: derivatives,
      rule: 'S2',
      reason:
        'A website endpoint answers anonymous requests only, and S3 counts a policy on Referer as public. The policy ' +
        'requires the secret of CloudFront, and public ACLs stay blocked. The bucket has only derivatives without metadata.',
    },
    {
      construct: derivatives,
      rule: 'S5',
      reason:
        'An origin access identity cannot be used with a website endpoint, and the redirect needs the website endpoint. ' +
        'The secret Referer replaces it.',
    },
    {
      construct: derivatives,
      rule: 'S10',
      reason:
        'Website endpoints support http only, so a policy that denies http would deny CloudFront. Viewers use https to ' +
        'CloudFront, and the Lambda writes by https.',
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
        'The origin is a website endpoint, which supports http only. It serves public images; the secret keeps other ' +
        'clients away and does not protect private data.',
    },
    ...(options.rateRule
      ? []
      : [
          {
            construct: edge,
            rule: 'CFR2',
            reason:
              'Most of the cost is behind the API, which the firewall would not cover; its throttle and the reserved ' +
              'concurrency bound it. A rate rule is an option in infra/environments.ts.',
          },
        ]),
    ...(options.domain
      ? []
      : [
          {
            construct: edge,
            rule: 'CFR4',
            reason:
              "With CloudFront's own domain name the minimum TLS version cannot be set. With a custom domain " +
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
        'Browsers follow a redirect to the API, without credentials. The Lambda serves only the presets of the ' +
        'allow-list; the throttle of the stage and the reserved concurrency bound the cost.',
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
      reason: 'Any original may be requested, and originals have any key. Only reading is allowed.',
    },
    ...[...allowedPresets(config.presets).keys()].map((name) => ({
      construct: resize.role,
      rule: within(derivatives.bucket.bucketArn, `${name}/*`),
      reason: 'Derivatives have the keys of their originals. Access is limited to the prefixes of listed presets.',
    })),
  ];
}

function ofTheCanary(stack: ResizeStack): Acknowledgement[] {
  const names = [...allowedPresets(stack.config.presets).keys()];
  const { canary } = stack.monitoring;
  if (!canary) return [];
  const within = wildcardsOf(stack);
  const reason =
    'Each canary run has its own key, so that it is new. All are below a prefix that only the canary uses.';
  return [
    within(stack.originals.bucket.bucketArn, `${canaryPrefix}*`),
    ...names.map((name) => within(stack.derivatives.bucket.bucketArn, `${name}/${canaryPrefix}*`)),
  ].map((rule) => ({ construct: canary.role, rule, reason }));
}

function ofThePurge(stack: ResizeStack): Acknowledgement[] {
  const { purge, originals, derivatives, config } = stack;
  if (!purge) return [];
  const within = wildcardsOf(stack);
  return [
    {
      construct: purge.role,
      rule: within(originals.bucket.bucketArn, '*'),
      reason: 'Any original may be replaced, and originals have any key. Only reading is allowed.',
    },
    ...[...allowedPresets(config.presets).keys()].map((name) => ({
      construct: purge.role,
      rule: within(derivatives.bucket.bucketArn, `${name}/*`),
      reason: 'Derivatives have the keys of their originals. Access is limited to the prefixes of listed presets.',
    })),
    {
      construct: purge.role,
      rule: within(derivatives.bucket.bucketArn, `${purgePrefix}*`),
      reason: 'Each day has a counter of its own, below a prefix that only the purge uses.',
    },
  ];
}

function ofTheDeployRole(stack: ResizeStack): Acknowledgement[] {
  const { deploy, originals, derivatives } = stack;
  if (!deploy) return [];
  const acknowledge = (rule: string, reason: string) => ({ construct: deploy, rule, reason });
  return [
    acknowledge(
      'IAM5[Resource::arn:<AWS::Partition>:iam::<AWS::AccountId>:role/cdk-hnb659fds-*]',
      "The roles of CDK's bootstrap have the account and the region in their names.",
    ),
    acknowledge('IAM5[Resource::*]', 'These actions only read, and most know no resource.'),
    acknowledge(
      wildcardsOf(stack)(originals.bucket.bucketArn, `${testPrefix}*`),
      'The smoke test uploads and removes its own images.',
    ),
    acknowledge(
      wildcardsOf(stack)(derivatives.bucket.bucketArn, `*/${testPrefix}*`),
      'The smoke test removes the derivatives of its own images, whatever their preset.',
    ),
  ];
}

function wildcardsOf(stack: ResizeStack) {
  return (bucketArn: string, keys: string) => `IAM5[Resource::${asNagWrites(bucketArn, stack)}/${keys}]`;
}

/** Returns an ARN in the notation that cdk-nag uses in the ids of its findings. */
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
