import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../local/chain/presets.ts';
import { likelySwitches } from '../../../local/chain/switches.ts';
import type { Setup } from '../../../local/console/contract.ts';
import { hopWords } from '../../../local/console/hop-words.ts';
import { invokeIn, templateChanges } from '../../../local/faults/catalogue.ts';
import { readSetup } from '../../../local/faults/read-setup.ts';
import { smallTemplate } from '../start/small-template.ts';

const healthy: Setup = {
  browser: 'forgets',
  lambda: 'own',
  s3: 'works',
  template: 'own',
  switches: likelySwitches,
  daysAhead: 0,
};

describe('readSetup()', () => {
  test('takes a part of a setup, and text for a switch that is yes or no', () => {
    const wanted = { s3: 'cut', daysAhead: 14, switches: { queryInLocation: 'true', redirectCaching: 'legacy' } };
    expect(readSetup(wanted, healthy)).toEqual({
      s3: 'cut',
      daysAhead: 14,
      switches: { ...likelySwitches, queryInLocation: true, redirectCaching: 'legacy' },
    });
  });

  test.each([
    [{ s3: 'gone' }, 's3 is "gone": expected works, cut'],
    [{ lambda: 'constructor' }, 'lambda is "constructor": expected own'],
    [{ template: 7 }, 'template is 7: expected own'],
    [{ daysAhead: -1 }, 'daysAhead is -1: expected a whole number up to 3650'],
    [{ daysAhead: '14' }, 'daysAhead is "14"'],
    [{ switches: { weather: 'fine' } }, 'There is no switch "weather"'],
    [{ switches: { missingKey: '500' } }, 'missingKey is "500": expected 403, 404'],
    [{ switches: 'legacy' }, 'switches is "legacy": expected an object'],
    [{ colour: 'red' }, 'The setup has no "colour"'],
  ])('refuses %j by name', (wanted, message) => {
    expect(() => readSetup(wanted, healthy)).toThrow(message);
  });
});

describe('templateChanges', () => {
  test('change what they name and leave the template that they are given', () => {
    const before = JSON.stringify(smallTemplate);
    const config = (mode: 'default-ttl-a-day' | 'minimum-ttl-a-minute') =>
      templateChanges[mode](smallTemplate).Resources.Cache?.Properties?.CachePolicyConfig;
    expect(config('default-ttl-a-day')).toMatchObject({ Name: 'images', MinTTL: 0, DefaultTTL: 86_400 });
    expect(config('minimum-ttl-a-minute')).toMatchObject({ MinTTL: 60, DefaultTTL: 60 });

    const rule = templateChanges['rule-on-403'](smallTemplate).Resources;
    expect(rule.Derivatives?.Properties?.WebsiteConfiguration).toMatchObject({
      RoutingRules: [{ RoutingRuleCondition: { HttpErrorCodeReturnedEquals: '403', KeyPrefixEquals: '200x200/' } }],
    });
    expect(rule.Originals).toEqual(smallTemplate.Resources.Originals);
    const text = JSON.stringify(templateChanges['wrong-secret'](smallTemplate).Resources.Edge);
    expect(text).toContain('"HeaderName":"Referer","HeaderValue":"not the secret"');
    expect(JSON.stringify(smallTemplate)).toBe(before);
  });

  test('refuse a template in which the mistake cannot be made', () => {
    expect(() => templateChanges['cache-control-on-all'](smallTemplate)).toThrow(
      'This template has no AWS::CloudFront::ResponseHeadersPolicy in which the mistake could be made',
    );
  });
});

describe('invokeIn()', () => {
  const event = JSON.stringify({ rawQueryString: 'key=200x200/a%20b&c.jpg' });
  const call = ['arn', event, 'trace'] as const;
  const lambda = async () => ({ outcome: 'returned', requestId: 'r', payload: '{"statusCode":404}' }) as const;

  test('lets the article’s Lambda redirect bare to the key it was asked for, whatever came of its work', async () => {
    const result = await invokeIn('article', 'https://d.cloudfront.net', () => {})?.([...call], lambda);
    expect(result).toMatchObject({
      payload: JSON.stringify({
        statusCode: 301,
        headers: { Location: 'https://d.cloudfront.net/200x200/a%20b&c.jpg' },
      }),
    });
  });

  test('ends the Lambda as Lambda does, with its line in the log', async () => {
    const lines: string[] = [];
    const result = await invokeIn('exits', '', (line) => lines.push(line))?.([...call], lambda);
    expect(result).toMatchObject({ outcome: 'failed', error: { errorType: 'Runtime.ExitError' } });
    expect(lines).toEqual([expect.stringContaining('Runtime.ExitError')]);
  });

  test('leaves the way to the Lambda free when it works', () => {
    expect(invokeIn('own', '', () => {})).toBeUndefined();
  });
});

describe('addressOf()', () => {
  test.each([
    ['a b+c.jpg', '/200x200/a%20b%2Bc.jpg'],
    ["o'hara (1)!*.jpg", '/200x200/o%27hara%20%281%29%21%2A.jpg'],
    ['profil/ä%20.jpg', '/200x200/profil/%C3%A4%2520.jpg'],
  ])('asks for exactly %s', (key, path) => {
    expect(addressOf('http://e', '200x200', key)).toBe(`http://e${path}`);
  });
});

describe('hopWords()', () => {
  const hop = {
    method: 'GET',
    url: 'http://a/',
    headers: {},
    bytes: 0,
    milliseconds: 1,
    from: 'network',
    steps: [],
  } as const;

  test.each([
    [{ ...hop, place: 'edge', status: 307 }, 'It carries no Cache-Control.'],
    [{ ...hop, place: 'edge', status: 307, headers: { 'cache-control': 'max-age=9' } }, 'so a browser keeps it'],
    [
      { ...hop, place: 'edge', status: 307, headers: { 'x-cache': 'Hit from cloudfront', age: '7200' } },
      'that it kept 2 hours ago',
    ],
    [
      { ...hop, place: 'edge', status: 200, headers: { 'x-cache': 'Hit from cloudfront', age: '86400' } },
      'fetched 1 day ago',
    ],
    [{ ...hop, place: 'edge', status: 200, headers: { 'cache-control': 'max-age=1209600' } }, 'kept for 14 days'],
    [{ ...hop, place: 'edge', status: 404 }, 'without any compute'],
    [{ ...hop, place: 'edge', status: 403 }, 'refuses the edge'],
    [{ ...hop, place: 'api', status: 301, headers: { 'cache-control': 'no-store' } }, 'nobody may keep this redirect'],
    [{ ...hop, place: 'api', status: 301 }, 'keeps this 301 for ever'],
    [{ ...hop, place: 'api', status: 200 }, 'sends the image itself'],
    [{ ...hop, place: 'api', status: 500 }, 'API Gateway answers 500 itself'],
    [{ ...hop, place: 'api', status: 301, from: 'browser' }, 'from its own cache'],
  ] as const)('says of %j why it is as it is', (one, words) => {
    expect(hopWords(one)).toContain(words);
  });
});
