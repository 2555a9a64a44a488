import { randomUUID } from 'node:crypto';
import type { Invoke, InvokeResult } from '../aws/lambda/lambda.ts';
import type { FaultEffect } from '../aws/s3/faults.ts';
import type { JsonObject } from '../aws/template/template.ts';
import type { Interceptors } from '../chain/context.ts';
import type { Switches } from '../chain/switches.ts';
import type { Choice, LambdaMode, Question, S3Mode, TemplateMode } from '../console/contract.ts';
import { merged, onEach, onResources, type TemplateChange } from './edit-template.ts';

type Titled<Value extends string> = Readonly<Record<Value, { readonly title: string; readonly says: string }>>;

export const lambdaChoices: Titled<LambdaMode> = {
  own: { title: 'works', says: 'The one of the template.' },
  article: {
    title: 'redirects always',
    says: 'As in the article: a 301 without Cache-Control, whatever was there before and whatever came of its work.',
  },
  exits: { title: 'is broken', says: 'Its process ends before it answers.' },
  throttled: { title: 'has no concurrency left', says: 'Lambda refuses every call.' },
};

export const s3Choices: Titled<S3Mode> = {
  works: { title: 'works', says: 'Every call of the Lambda is answered.' },
  cut: { title: 'is cut', says: 'Connections of the Lambda to S3 break off.' },
  'slow-down': { title: 'is throttled', says: 'S3 answers the Lambda with 503 SlowDown.' },
  hangs: { title: 'never answers', says: 'S3 takes the Lambda’s calls and says nothing.' },
  'no-put': { title: 'stores nothing', says: 'PutObject is refused with 403.' },
};

/** The fault of the Lambda's S3 calls in each mode. */
export const s3Effects: Readonly<Record<Exclude<S3Mode, 'works'>, { operation?: string; effect: FaultEffect }>> = {
  cut: { effect: { cut: 'request' } },
  'slow-down': { effect: { error: { status: 503, code: 'SlowDown' } } },
  hangs: { effect: { stall: 'request' } },
  'no-put': { operation: 'PutObject', effect: { error: { status: 403, code: 'AccessDenied' } } },
};

export const templateChoices: Titled<TemplateMode> = {
  own: { title: 'as synthesized', says: 'What would be deployed.' },
  'default-ttl-a-day': { title: 'DefaultTTL of a day', says: 'The edge keeps for a day what says nothing.' },
  'minimum-ttl-a-minute': { title: 'MinTTL of a minute', says: 'The edge keeps everything for a minute at least.' },
  'rule-says-302': { title: 'rules say 302, DefaultTTL of a day', says: 'The website redirects by 302.' },
  'cache-control-on-all': {
    title: 'Cache-Control on every answer',
    says: 'The edge adds max-age to all, redirects too.',
  },
  'rule-on-403': { title: 'rules on 403, wrong secret', says: 'The website redirects when it may not read.' },
  'wrong-secret': { title: 'wrong secret', says: 'The edge’s Referer is not the one that the bucket policy asks for.' },
};

/** What nothing public settles about AWS, asked so that a person can answer it. */
const questions: Readonly<Record<keyof Switches, Omit<Question, 'name'>>> = {
  locationEncoding: {
    title: 'How S3 writes the key into Location',
    choices: [
      { value: 'once', title: 'encoded once (a%20b)' },
      { value: 'none', title: 'as it is (a b)' },
      { value: 'form', title: 'as a form (a+b)' },
      { value: 'twice', title: 'encoded twice (a%2520b)' },
    ],
  },
  missingKey: {
    title: 'A missing key that may be read is',
    choices: [
      { value: '404', title: '404' },
      { value: '403', title: '403' },
    ],
  },
  queryInLocation: {
    title: 'Location keeps the query',
    choices: [
      { value: 'false', title: 'no' },
      { value: 'true', title: 'yes' },
    ],
  },
  redirectCaching: {
    title: 'The edge keeps a bare 307',
    choices: [
      { value: 'documented', title: 'no, as documented' },
      { value: 'legacy', title: 'yes, as users saw' },
    ],
  },
  lambdaThrottled: {
    title: 'No concurrency left: the API says',
    choices: [
      { value: '503', title: '503' },
      { value: '500', title: '500' },
    ],
  },
};

export const switchQuestions: readonly Question[] = (Object.keys(questions) as (keyof Switches)[]).map((name) => ({
  name,
  ...questions[name],
}));

export function choicesOf(titled: Titled<string>): readonly Choice[] {
  return Object.entries(titled).map(([value, row]) => ({ value, ...row }));
}

const daySeconds = 86_400;

const ttl = (values: JsonObject): TemplateChange =>
  onResources('AWS::CloudFront::CachePolicy', (properties) => merged(properties, { CachePolicyConfig: values }));

const wrongSecret: TemplateChange = onResources('AWS::CloudFront::Distribution', (properties) =>
  onEach(properties, 'OriginCustomHeaders', (header) => ({ ...header, HeaderValue: 'not the secret' })),
);

const rules = (change: (rule: JsonObject) => JsonObject): TemplateChange =>
  onResources('AWS::S3::Bucket', (properties) => onEach(properties, 'RoutingRules', change));

/** Mistakes in a template that send viewers round, each as what somebody would have written. */
export const templateChanges: Readonly<Record<Exclude<TemplateMode, 'own'>, TemplateChange>> = {
  'default-ttl-a-day': ttl({ DefaultTTL: daySeconds }),
  'minimum-ttl-a-minute': ttl({ MinTTL: 60, DefaultTTL: 60 }),
  'rule-says-302': both(
    ttl({ DefaultTTL: daySeconds }),
    rules((rule) => merged(rule, { RedirectRule: { HttpRedirectCode: '302' } })),
  ),
  'cache-control-on-all': onResources('AWS::CloudFront::ResponseHeadersPolicy', (properties) =>
    merged(properties, {
      ResponseHeadersPolicyConfig: {
        CustomHeadersConfig: {
          Items: [{ Header: 'Cache-Control', Value: `public, max-age=${daySeconds}`, Override: true }],
        },
      },
    }),
  ),
  'rule-on-403': both(
    wrongSecret,
    rules((rule) => merged(rule, { RoutingRuleCondition: { HttpErrorCodeReturnedEquals: '403' } })),
  ),
  'wrong-secret': wrongSecret,
};

function both(first: TemplateChange, second: TemplateChange): TemplateChange {
  return (template) => second(first(template));
}

/** What stands between API Gateway and the Lambda in each mode. `log` gets what Lambda would write. */
export function invokeIn(
  mode: LambdaMode,
  imageUrl: string,
  log: (line: string) => void,
): NonNullable<Interceptors['invoke']> | undefined {
  switch (mode) {
    case 'own':
      return undefined;
    case 'article':
      return (call, lambda) => articleLambda(call, lambda, imageUrl);
    case 'exits':
      return async () => {
        const requestId = randomUUID();
        const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: exit status 1`;
        log(`${errorMessage}\nRuntime.ExitError`);
        return { outcome: 'failed', requestId, error: { errorType: 'Runtime.ExitError', errorMessage } };
      };
    case 'throttled':
      return async () => ({
        outcome: 'refused',
        error: { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' },
      });
  }
}

/**
 * The Lambda as articles and AWS's own sample of this chain have it (awslabs/serverless-image-resizing): it does its work
 * and then redirects, whatever came of it and whatever was there before, by a 301 without Cache-Control. The real one
 * runs; only its last word is changed.
 */
async function articleLambda(call: Parameters<Invoke>, lambda: Invoke, imageUrl: string): Promise<InvokeResult> {
  const result = await lambda(...call);
  const [, event] = call;
  const { rawQueryString = '' } = JSON.parse(event) as { rawQueryString?: string };
  const [, key] = /(?:^|&)key=(.+)$/.exec(rawQueryString) ?? [];
  if (result.outcome !== 'returned' || key === undefined) return result;
  return { ...result, payload: JSON.stringify({ statusCode: 301, headers: { Location: `${imageUrl}/${key}` } }) };
}
