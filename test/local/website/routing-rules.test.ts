import { describe, expect, it } from 'vitest';
import { aWebsite, everybodyGets, presetRule, readers, textOf } from './a-website.ts';

const to = (name: string) => ({ HostName: name, Protocol: 'https', HttpRedirectCode: '302' });
const rule = (condition: object, redirect: object) => ({ RoutingRuleCondition: condition, RedirectRule: redirect });

describe('which routing rule a request meets', () => {
  it('a rule with a prefix alone wins over an existing object and over its own redirect', async () => {
    const ask = aWebsite({
      rules: [rule({ KeyPrefixEquals: 'old/' }, to('new.example'))],
      stored: {
        'old/a.txt': 'here',
        'old/b.txt': { body: '', headers: { 'x-amz-website-redirect-location': '/elsewhere' } },
      },
    });
    for (const path of ['/old/a.txt', '/old/b.txt']) {
      expect((await ask(path)).headers.location).toMatch(/^https:\/\/new\.example\/old\//);
    }
  });

  it('a rule with prefix and code needs both', async () => {
    const ask = aWebsite({ stored: { '200x200/here.txt': 'here' } });
    expect((await ask('/200x200/here.txt')).status).toBe(200);
    expect((await ask('/200x200/gone.txt')).status).toBe(307);
    expect((await ask('/999x999/gone.txt')).status).toBe(404);
  });

  it.each([
    ['there', { 'error.html': 'sorry' }],
    ['missing', {}],
  ])('a 404 rule wins over an error document that is %s', async (_, stored) => {
    const website = { IndexDocument: 'index.html', ErrorDocument: 'error.html', RoutingRules: [presetRule] };
    expect((await aWebsite({ website, stored })('/200x200/a.jpg')).status).toBe(307);
  });

  it('the first rule in listed order wins, never the closest prefix', async () => {
    const rules = [
      rule({ KeyPrefixEquals: 'a/' }, to('first.example')),
      rule({ KeyPrefixEquals: 'a/b/' }, to('closer.example')),
    ];
    expect((await aWebsite({ rules })('/a/b/c')).headers.location).toContain('//first.example/');
  });

  it('a rule with a code is skipped before the lookup, whatever its place', async () => {
    const rules = [
      rule({ HttpErrorCodeReturnedEquals: '404' }, to('missing.example')),
      rule({ KeyPrefixEquals: 'a/' }, to('prefix.example')),
    ];
    expect((await aWebsite({ rules })('/a/gone')).headers.location).toContain('//prefix.example/');
    expect((await aWebsite({ rules })('/gone')).headers.location).toContain('//missing.example/');
  });

  it('the index suffix is no part of the key that rules and Location see; the root has the key ""', async () => {
    const rules = [
      rule({ KeyPrefixEquals: 'docs/index.html' }, to('explicit.example')),
      rule({ HttpErrorCodeReturnedEquals: '404' }, to('missing.example')),
    ];
    const ask = aWebsite({ rules });
    expect((await ask('/docs/')).headers.location).toBe('https://missing.example/docs/');
    expect((await ask('/')).headers.location).toBe('https://missing.example/');
    expect((await ask('/docs/index.html')).headers.location).toContain('//explicit.example/');
  });

  it('a rule for another code leaves the error alone; a 403 rule fires for an object that may not be read', async () => {
    const rules = [rule({ HttpErrorCodeReturnedEquals: '403' }, to('denied.example'))];
    const stored = { 'a.txt': 'here' };
    expect((await aWebsite({ rules, stored })('/gone.txt')).status).toBe(404);
    expect((await aWebsite({ rules, stored, policy: readers() })('/a.txt')).headers.location).toContain(
      '//denied.example/',
    );
  });

  it('RedirectAllRequestsTo answers 301 before any permission is asked for', async () => {
    const website = { RedirectAllRequestsTo: { HostName: 'www.example', Protocol: 'https' } };
    const answer = await aWebsite({ website, policy: readers() })('/a%20b?x=1');
    expect([answer.status, answer.headers.location]).toEqual([301, 'https://www.example/a%20b']);
  });
});

describe('how a redirect is built', () => {
  it.each(['301', '307'])('HttpRedirectCode %s is the status, on GET and HEAD', async (code) => {
    const ask = aWebsite({ rules: [rule({ KeyPrefixEquals: 'a' }, { ...to('b.example'), HttpRedirectCode: code })] });
    expect((await ask('/a')).status).toBe(Number(code));
    expect((await ask('/a', { method: 'HEAD' })).headers.location).toBe('https://b.example/a');
  });

  it('Location is absolute and defaults to http and the Host of the request, which leaks behind CloudFront', async () => {
    const ask = aWebsite({ rules: [rule({ KeyPrefixEquals: 'a/' }, { ReplaceKeyPrefixWith: 'b/' })] });
    expect((await ask('/a/c')).headers.location).toBe('http://derivatives.s3-website-us-east-1.amazonaws.com/b/c');
  });

  it.each([
    ['replaces the prefix of the condition', { KeyPrefixEquals: 'a/' }, { ReplaceKeyPrefixWith: 'b/' }, '/a/c', '/b/c'],
    [
      'is put before the key without a prefix',
      { HttpErrorCodeReturnedEquals: '404' },
      { ReplaceKeyPrefixWith: 'b/' },
      '/a/c',
      '/b/a/c',
    ],
    ['is replaced once, at the start', { KeyPrefixEquals: 'a/' }, { ReplaceKeyPrefixWith: 'b/' }, '/a/a/c', '/b/a/c'],
  ])('ReplaceKeyPrefixWith %s', async (_, condition, redirect, path, expected) => {
    const answer = await aWebsite({ rules: [rule(condition, { ...to('b.example'), ...redirect })] })(path);
    expect(answer.headers.location).toBe(`https://b.example${expected}`);
  });

  it('"?" and "=" in ReplaceKeyPrefixWith stay as they are, so the key becomes a query', async () => {
    const answer = await aWebsite()('/200x200/profile/ann.jpg');
    expect(answer.headers.location).toBe(
      'https://abc.execute-api.us-east-1.amazonaws.com/resize?key=200x200/profile/ann.jpg',
    );
  });

  it('a redirect has an empty body, Content-Length 0, no Cache-Control and no Content-Type', async () => {
    const { headers, body } = await aWebsite()('/200x200/a.jpg');
    expect(body).toHaveLength(0);
    expect(Object.keys(headers).sort()).toEqual(
      ['content-length', 'date', 'location', 'server', 'x-amz-id-2', 'x-amz-request-id'].sort(),
    );
    expect(headers).toMatchObject({ 'content-length': '0', server: 'AmazonS3' });
  });

  it('the query of the request is dropped', async () => {
    expect((await aWebsite()('/200x200/a.jpg?v=2')).headers.location).toMatch(/key=200x200\/a\.jpg$/);
  });

  it('the query of the request ends up behind the key', async () => {
    const ask = aWebsite({ switches: { queryInLocation: true } });
    expect((await ask('/200x200/a.jpg?v=2')).headers.location).toMatch(/key=200x200\/a\.jpg\?v=2$/);
  });

  it.each([
    ['/new.html', '/new.html'],
    ['https://other.example/x?y=1', 'https://other.example/x?y=1'],
  ])('an object that redirects to %s answers 301 with that very value, without the query', async (value, location) => {
    const stored = { 'a.txt': { body: 'x', headers: { 'x-amz-website-redirect-location': value } } };
    const ask = aWebsite({ stored });
    for (const method of ['GET', 'HEAD']) {
      const answer = await ask('/a.txt?v=2', { method });
      expect([answer.status, answer.headers.location]).toEqual([301, location]);
      expect(answer.body).toHaveLength(0);
    }
  });

  it('a folder without its slash answers 302 to itself with one, without the query', async () => {
    const ask = aWebsite({ stored: { 'docs/index.html': 'index' } });
    const answer = await ask('/docs?v=2');
    expect([answer.status, answer.headers.location]).toEqual([302, '/docs/']);
    expect(answer.headers['x-amz-error-code']).toBe('Found');
    expect(textOf(answer)).toContain('<li>Code: Found</li>\n<li>Message: Resource Found</li>');
  });

  it('a folder redirect comes before a 404 rule, and not where the index may not be read', async () => {
    const rules = [rule({ HttpErrorCodeReturnedEquals: '404' }, to('missing.example'))];
    const stored = { 'docs/index.html': 'index' };
    expect((await aWebsite({ rules, stored })('/docs')).status).toBe(302);
    const policy = readers({ ...everybodyGets, Resource: 'arn:aws:s3:::derivatives/docs' });
    expect((await aWebsite({ rules, stored, policy })('/docs')).headers.location).toContain('//missing.example/');
  });
});
