import { createClock } from '../../../local/aws/clock.ts';
import type { HttpResponse } from '../../../local/aws/http/http.ts';
import type { WebsiteObject, WebsiteObjects } from '../../../local/aws/website/object-answer.ts';
import { type WebsiteOptions, websiteHandler } from '../../../local/aws/website/website-handler.ts';

export const bucketName = 'derivatives';
export const websiteHost = 'derivatives.s3-website-us-east-1.amazonaws.com';
export const secret = 'opensesame';

/** What the template of this project makes of its rules: one preset, 404 only, 307 to the API. */
export const presetRule = {
  RoutingRuleCondition: { HttpErrorCodeReturnedEquals: '404', KeyPrefixEquals: '200x200/' },
  RedirectRule: {
    HostName: 'abc.execute-api.us-east-1.amazonaws.com',
    HttpRedirectCode: '307',
    Protocol: 'https',
    ReplaceKeyPrefixWith: 'resize?key=200x200/',
  },
};

export const readers = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });

export const everybodyGets = {
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::${bucketName}/*`,
};

export const everybodyLists = { ...everybodyGets, Action: 's3:ListBucket', Resource: `arn:aws:s3:::${bucketName}` };

export const whoKnowsTheSecret = { Condition: { StringEquals: { 'aws:Referer': secret } } };

export type Stored = string | { body: string; headers: Record<string, string> };

export function bucketOf(stored: Readonly<Record<string, Stored>>): WebsiteObjects {
  const look = (key: string) => {
    const found = Object.hasOwn(stored, key) ? stored[key] : undefined;
    if (found === undefined) return undefined;
    const { body, headers } = typeof found === 'string' ? { body: found, headers: {} } : found;
    const object: WebsiteObject = {
      bytes: Buffer.byteLength(body),
      etag: `"${key.length}-${body.length}"`,
      lastModified: Date.UTC(2026, 0, 1),
      headers: { 'content-type': 'text/plain', ...headers },
    };
    return { ...object, body: Buffer.from(body) };
  };
  return {
    async head(key) {
      const found = look(key);
      if (!found) return undefined;
      const { body: _, ...object } = found;
      return object;
    },
    get: async (key) => look(key),
  };
}

export interface Setting {
  rules?: readonly object[];
  website?: object;
  stored?: Readonly<Record<string, Stored>>;
  policy?: unknown;
  switches?: Partial<WebsiteOptions['switches']>;
}

export interface Asking {
  method?: string;
  headers?: Record<string, string>;
}

/** A website with one way to ask it. By default anybody may get, a preset's rule stands, and nothing is stored. */
export function aWebsite(setting: Setting = {}) {
  const rules = setting.rules ?? [presetRule];
  const handler = websiteHandler({
    logicalId: 'Derivatives',
    policyLogicalId: 'DerivativesPolicy',
    bucketName,
    website: setting.website ?? { IndexDocument: 'index.html', ...(rules.length > 0 && { RoutingRules: rules }) },
    policy: 'policy' in setting ? setting.policy : readers(everybodyGets),
    objects: bucketOf(setting.stored ?? {}),
    switches: { locationEncoding: 'once', missingKey: '404', queryInLocation: false, ...setting.switches },
    clock: createClock(Date.UTC(2026, 10, 25)),
  });
  return (target: string, { method = 'GET', headers = {} }: Asking = {}): Promise<HttpResponse> =>
    handler({ method, target, headers: { host: websiteHost, ...headers }, body: new Uint8Array(0), ip: '127.0.0.1' });
}

export function textOf({ body }: HttpResponse): string {
  return Buffer.from(body).toString();
}
