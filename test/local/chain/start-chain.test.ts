import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import type { ChainEvent } from '../../../local/aws/chain-events.ts';
import { createClock } from '../../../local/aws/clock.ts';
import { openEmbeddedStore } from '../../../local/aws/s3/embedded-store.ts';
import { startS3 } from '../../../local/aws/s3/server.ts';
import type { RawResource, Template } from '../../../local/aws/template/template.ts';
import { startChain } from '../../../local/chain/start-chain.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { functionDirectory, smallTemplate, templateFile } from './small-template.ts';
import { startedChain, statuses, upload, view } from './started-chain.ts';

const day = 24 * 60 * 60 * 1000;

/** The small template with properties of one resource put over its own. */
function withProperties(logicalId: keyof typeof smallTemplate.Resources, properties: object): Template {
  const resource: RawResource = smallTemplate.Resources[logicalId];
  const changed = { ...resource, Properties: { ...resource.Properties, ...properties } } as RawResource;
  return { ...smallTemplate, Resources: { ...smallTemplate.Resources, [logicalId]: changed } };
}

describe('startChain()', () => {
  test('answers a first viewer with 307, 301, 200 and the second with a hit', async () => {
    const chain = await startedChain();
    await upload(chain, 'a b+c.jpg');
    const url = `${chain.edge.address}/200x200/a%20b%2Bc.jpg`;
    const cold = await view(url);
    expect(statuses(cold)).toEqual([307, 301, 200]);
    expect(cold[1]?.url).toBe(`${chain.api.url}?key=200x200/a%20b%2Bc.jpg`);
    expect(cold[2]).toMatchObject({ url, body: '200x200 of pixels' });
    const warm = await view(url);
    expect(statuses(warm)).toEqual([200]);
    expect(warm[0]?.headers.get('x-cache')).toBe('Hit from cloudfront');
  });

  test('reports every hop, S3 call and log line as an event', async () => {
    const chain = await startedChain();
    await upload(chain, 'a.jpg');
    const events: ChainEvent[] = [];
    const stop = chain.events.listen((event) => events.push(event));
    await view(`${chain.edge.address}/200x200/a.jpg`);
    stop();
    const hops = events.flatMap((event) => (event.kind === 'hop' ? [`${event.hop.endpoint} ${event.hop.status}`] : []));
    expect(hops).toEqual(['website 307', 'edge 307', 'api 301', 'website 200', 'edge 200']);
    const calls = events.flatMap((event) =>
      event.kind === 's3' && typeof event.call.caller === 'object'
        ? [`${event.call.operation} ${event.call.status}`]
        : [],
    );
    expect(calls).toEqual(['HeadObject 404', 'GetObject 200', 'PutObject 200']);
    expect(events.some((event) => event.kind === 'log' && event.line.includes('platform.report'))).toBe(true);
    // Within the chain everything has its name on AWS.
    const [redirect] = events.flatMap((event) =>
      event.kind === 'hop' && event.hop.endpoint === 'api' ? [event.hop.location] : [],
    );
    expect(redirect).toBe(`https://${chain.edge.host}/200x200/a.jpg`);
    expect(chain.logs.lines(chain.lambda.function.logGroup)).not.toEqual([]);
  });

  test('expires derivatives by the clock, at the midnight after their days', async () => {
    const chain = await startedChain({ clock: createClock(Date.UTC(2026, 0, 1, 12)) });
    await upload(chain, 'a.jpg');
    const url = `${chain.edge.address}/200x200/a.jpg`;
    await view(url);
    // Two days later it is noon: the midnight that follows decides.
    chain.clock.advance(2 * day);
    expect(await chain.expire()).toBe(0);
    expect(statuses(await view(url))).toEqual([200]);
    chain.clock.advance(day / 2);
    expect(await chain.expire()).toBe(1);
    chain.edge.clear();
    expect(statuses(await view(url))).toEqual([307, 301, 200]);
  });

  test('serves a folder of images as originals', async () => {
    const images = temporaryFolder();
    writeFileSync(join(images, 'a.jpg'), 'from the folder');
    const chain = await startedChain({ imagesDirectory: images });
    expect((await view(`${chain.edge.address}/200x200/a.jpg`)).at(-1)?.body).toBe('200x200 of from the folder');
    writeFileSync(join(images, 'new.jpg'), 'new');
    expect((await view(`${chain.edge.address}/200x200/new.jpg`)).at(-1)?.body).toBe('200x200 of new');
  });

  test('keeps a state folder over a restart', async () => {
    const stateDirectory = temporaryFolder();
    const first = await startedChain({ stateDirectory });
    await upload(first, 'a.jpg');
    await view(`${first.edge.address}/200x200/a.jpg`);
    await first.stop();
    const second = await startedChain({ stateDirectory });
    expect(statuses(await view(`${second.edge.address}/200x200/a.jpg`))).toEqual([200]);
  });

  test('works on another S3 server', async () => {
    const keys = { accessKeyId: 'other', secretAccessKey: 'secret' };
    const store = openEmbeddedStore(temporaryFolder());
    const other = await startS3({ store, port: 0, callers: new Map([['other', 'owner']]) });
    const chain = await startedChain({ s3Server: { endpoint: other.endpoint, ...keys } });
    await upload(chain, 'a.jpg');
    expect(statuses(await view(`${chain.edge.address}/200x200/a.jpg`))).toEqual([307, 301, 200]);
    expect(chain.s3.store.name).toContain(other.endpoint);
    await chain.stop();
    await other.close();
  });

  test('refuses another S3 server that does not answer', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const s3Server = { endpoint, accessKeyId: 'other', secretAccessKey: 'secret' };
    const options = { templateFile: templateFile(), codeDirectory: functionDirectory, s3Server };
    await expect(startChain(options)).rejects.toThrow(`Nothing answers at S3_ENDPOINT=${endpoint}`);
    silent.closeAllConnections();
    silent.close();
  });

  test('writes a target file without a secret, and valid credentials beside it', async () => {
    const targetFile = join(temporaryFolder(), 'targets', 'local.json');
    const chain = await startedChain({ targetFile });
    const text = readFileSync(targetFile, 'utf8');
    const target = JSON.parse(text) as typeof chain.target;
    expect(target).toEqual({
      target: 'local',
      stage: 'local',
      region: 'us-east-1',
      imageUrl: chain.edge.address,
      apiUrl: `${chain.api.address}/resize`,
      websiteUrl: chain.website.address,
      buckets: { originals: chain.s3.originals, derivatives: chain.s3.derivatives },
      function: { name: chain.lambda.function.name, alias: 'live' },
      distributionId: expect.stringMatching(/^E[A-Z0-9]{13}$/),
      cloudFront: { endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) },
      s3: {
        endpoint: chain.s3.endpoint,
        profile: 'resize-on-miss-local',
        credentialsFile: `${targetFile.slice(0, -5)}.credentials`,
      },
    });
    expect(text).not.toContain(chain.s3.owner.secretAccessKey);

    const ini = readFileSync(target.s3.credentialsFile, 'utf8');
    const value = (name: string) => new RegExp(`^${name} = (.*)$`, 'm').exec(ini)?.[1] ?? '';
    const credentials = { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') };
    const client = new S3Client({ endpoint: target.s3.endpoint, region: target.region, credentials });
    await upload(chain, 'a.jpg');
    expect((await client.send(new ListObjectsV2Command({ Bucket: target.buckets.originals }))).KeyCount).toBe(1);
    client.destroy();
    await chain.stop();
    expect(() => readFileSync(targetFile)).toThrow('ENOENT');
    expect(() => readFileSync(target.s3.credentialsFile)).toThrow('ENOENT');
  });

  test('undoes its steps when a later one fails, and names the port that is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.on('listening', resolve));
    const address = blocker.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const stateDirectory = temporaryFolder();
    const options = { templateFile: templateFile(), codeDirectory: functionDirectory, stateDirectory };
    await expect(startChain({ ...options, edgePort: port })).rejects.toThrow(`Port ${port} is taken`);
    blocker.close();
    const chain = await startedChain({ ...options, edgePort: port });
    expect(chain.edge.address).toBe(`http://127.0.0.1:${port}`);
    rmSync(stateDirectory, { recursive: true });
  });

  test.each<[string, Template, string]>([
    [
      'a property',
      withProperties('Edge', { Colour: 'blue' }),
      'Edge (AWS::CloudFront::Distribution): the local chain does not know the property Colour',
    ],
    [
      'a public policy where S3 would refuse it',
      withProperties('Derivatives', { PublicAccessBlockConfiguration: { BlockPublicPolicy: true } }),
      'DerivativesPolicy: S3 refuses a public policy, since Derivatives has BlockPublicPolicy',
    ],
  ])('refuses %s that it does not know, by name', async (_, template, message) => {
    const options = { templateFile: templateFile(template), codeDirectory: functionDirectory };
    await expect(startChain(options)).rejects.toThrow(message);
  });

  test('finds the function that the API calls among others', async () => {
    const other: RawResource = {
      Type: 'AWS::Lambda::Function',
      Properties: {
        ...smallTemplate.Resources.Resize.Properties,
        FunctionName: 'other',
        Code: { ZipFile: 'exports.handler = async () => "other";' },
      },
    };
    const template: Template = { Resources: { AnotherOne: other, ...smallTemplate.Resources } };
    const chain = await startedChain({ templateFile: templateFile(template) });
    expect(chain.lambda.function.logicalId).toBe('Resize');
    expect(chain.lambdas.map((lambda) => lambda.function.logicalId)).toEqual(['Resize', 'AnotherOne']);
    // The folder with code replaces the asset of the API's function only.
    const [resize, another] = chain.lambdas;
    expect(resize?.function.codeDirectory).toBe(functionDirectory);
    expect(await another?.invoke(another.function.arns[0] ?? '', '{}', '')).toMatchObject({ payload: '"other"' });
  });

  test('refuses an API that calls a function outside the template', async () => {
    const template = withProperties('Integration', { IntegrationUri: 'arn:aws:lambda:us-east-1:1:function:gone' });
    const options = { templateFile: templateFile(template), codeDirectory: functionDirectory };
    await expect(startChain(options)).rejects.toThrow(
      'The API calls arn:aws:lambda:us-east-1:1:function:gone: expected',
    );
  });

  test('answers 403 to everybody if the bucket restricts public policies', async () => {
    const template = withProperties('Derivatives', { PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } });
    const chain = await startedChain({ templateFile: templateFile(template) });
    expect(statuses(await view(`${chain.edge.address}/200x200/a.jpg`))).toEqual([403]);
  });
});
