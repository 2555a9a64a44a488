import { describe, expect, test } from 'vitest';
import { TemplateError } from '../../../local/aws/template/template.ts';
import { type InterceptedChain, lambdaFaults, templateFaults } from '../../../local/faults/catalogue.ts';
import { choicesOf, parts, readSetup, switchCards, UserError } from '../../../local/faults/setup.ts';
import { smallTemplate } from '../chain/small-template.ts';

describe('templateFaults', () => {
  test('edit what they name, and not the template that they are given', () => {
    const before = JSON.stringify(smallTemplate);
    const cachePolicy = (name: 'default-ttl-day' | 'min-ttl-minute') =>
      templateFaults[name].edit(smallTemplate).Resources.Cache?.Properties?.CachePolicyConfig;
    expect(cachePolicy('default-ttl-day')).toMatchObject({ Name: 'images', MinTTL: 0, DefaultTTL: 86_400 });
    expect(cachePolicy('min-ttl-minute')).toMatchObject({ MinTTL: 60, DefaultTTL: 60 });

    const rules = templateFaults['rules-on-403'].edit(smallTemplate).Resources;
    expect(rules.Derivatives?.Properties?.WebsiteConfiguration).toMatchObject({
      RoutingRules: [{ RoutingRuleCondition: { HttpErrorCodeReturnedEquals: '403', KeyPrefixEquals: '200x200/' } }],
    });
    expect(rules.Originals).toEqual(smallTemplate.Resources.Originals);
    const edge = JSON.stringify(templateFaults['wrong-secret'].edit(smallTemplate).Resources.Edge);
    expect(edge).toContain('"HeaderName":"Referer","HeaderValue":"not the secret"');
    expect(JSON.stringify(smallTemplate)).toBe(before);
  });

  test('no-rules removes the property, since S3 takes no empty list', () => {
    const { Derivatives } = templateFaults['no-rules'].edit(smallTemplate).Resources;
    expect(Derivatives?.Properties?.WebsiteConfiguration).toEqual({ IndexDocument: expect.any(String) });
  });

  test('refuse a template that they cannot change', () => {
    expect(() => templateFaults['cache-control-everywhere'].edit(smallTemplate)).toThrow(TemplateError);
  });
});

describe('lambdaFaults', () => {
  const event = JSON.stringify({ rawQueryString: 'key=200x200/a%20b&c.jpg' });
  const lines: string[] = [];
  const chain = {
    edge: { host: 'd.cloudfront.net' },
    lambda: { function: { logGroup: '/aws/lambda/resize' } },
    logs: { write: (_: string, line: string) => lines.push(line) },
    events: { emit() {} },
  } as unknown as InterceptedChain;
  const lambda = async () => ({ outcome: 'returned', requestId: 'r', payload: '{"statusCode":404}' }) as const;

  test('always-redirects redirects to the requested key, whatever the Lambda returned', async () => {
    const result = await lambdaFaults['always-redirects'].interceptor(chain)(['arn', event, 'trace'], lambda);
    expect(result).toMatchObject({
      payload: JSON.stringify({
        statusCode: 301,
        headers: { Location: 'https://d.cloudfront.net/200x200/a%20b&c.jpg' },
      }),
    });
  });

  test('crashes fails as Lambda does, and logs it', async () => {
    const result = await lambdaFaults.crashes.interceptor(chain)(['arn', event, 'trace'], lambda);
    expect(result).toMatchObject({ outcome: 'failed', error: { errorType: 'Runtime.ExitError' } });
    expect(lines).toEqual([expect.stringContaining('Runtime.ExitError')]);
  });
});

describe('readSetup()', () => {
  test('reads a part of a setup, and text for a switch that is a boolean', () => {
    const change = { s3: 'cut', daysAhead: 14, switches: { queryInLocation: 'true', redirectCaching: 'legacy' } };
    expect(readSetup(change)).toEqual({
      s3: 'cut',
      daysAhead: 14,
      switches: { queryInLocation: true, redirectCaching: 'legacy' },
    });
  });

  test('reads every choice that the console offers', () => {
    for (const part of parts) {
      for (const { value } of choicesOf(part)) expect(readSetup({ [part]: value })).toEqual({ [part]: value });
    }
    for (const { name, choices } of switchCards) {
      for (const { value } of choices)
        expect(readSetup({ switches: { [name]: value } })).toHaveProperty(['switches', name]);
    }
  });

  test.each<object>([
    { s3: 'gone' },
    { lambda: 'constructor' },
    { daysAhead: -1 },
    { switches: { weather: 'fine' } },
    { switches: { missingKey: '500' } },
    { hasOwnProperty: 'red' },
  ])('refuses %j', (change) => {
    expect(() => readSetup({ ...change })).toThrow(UserError);
  });
});
