/** What CloudWatch would show of each kind of view, and that whatever is watched is published by something. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMetricAlarm } from '../../local/aws/cloudwatch/alarms/metric-alarm.ts';
import { readDashboard } from '../../local/aws/cloudwatch/dashboards/read-dashboard.ts';
import type { MetricId } from '../../local/aws/cloudwatch/metrics/metric-store.ts';
import { Properties } from '../../local/aws/template/properties.ts';
import { advanceTo } from '../../local/aws/timers.ts';
import { config } from '../../src/config.ts';
import { rightImages } from '../fixtures/images.ts';
import { browse } from './browser.ts';
import { type ChainUnderTest, startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import { type Change, changed } from './template-change.ts';

const preset = '200x200';
const key = 'of/ann.jpg';
const settledSeconds = 300;

let under: ChainUnderTest;
beforeAll(async () => {
  under = await startChainUnderTest({ stage: 'staging' });
  await under.putOriginal(key, await rightImages.jpeg());
}, startMilliseconds);
afterAll(() => under?.stop());

/** What happens in a minute of its own, as CloudWatch has it once all lags are over. */
async function minuteOf(happens: () => Promise<unknown>) {
  const { clock, chain } = under;
  under.pass(60 - ((clock.now() / 1000) % 60));
  const startSeconds = clock.now() / 1000;
  await happens();
  under.pass(settledSeconds);
  chain.cloudWatch.tick();
  const { distribution, api, template } = chain.parts;
  const stage = 'staging';
  const value = (namespace: string, name: string, dimensions: Record<string, string>, statistic = 'Sum') =>
    chain.cloudWatch.store
      .read({
        namespace,
        name,
        dimensions,
        statistic,
        startSeconds,
        endSeconds: startSeconds + 60,
        periodSeconds: 60,
        nowSeconds: clock.now() / 1000,
      })
      .get(startSeconds);
  const ofFunction = { FunctionName: chain.lambda.function.name };
  const responseFunction = String(
    template.resources.find(({ logicalId }) => logicalId.startsWith('EdgeFunctionsResponse'))?.properties.Name,
  );
  const alias = template.resources.find(({ type }) => type === 'AWS::Lambda::Alias')?.properties.Name;
  return {
    edge: (name: string, statistic?: string) =>
      value('AWS/CloudFront', name, { DistributionId: distribution.ref, Region: 'Global' }, statistic),
    redirects: value(`ImageResize/Edge/${stage}`, 'EdgeRedirects', {}),
    returns: value(`ImageResize/Edge/${stage}`, 'EdgeReturns', {}),
    runs: value('AWS/CloudFront', 'FunctionInvocations', { FunctionName: responseFunction, Region: 'Global' }),
    api: (name: string) => value('AWS/ApiGateway', name, { ApiId: api.apiId }),
    throttled: value(`ImageResize/Api/${stage}`, 'ApiThrottled', {}),
    lambda: (name: string) => value('AWS/Lambda', name, ofFunction),
    ofAlias: (name: string) =>
      value('AWS/Lambda', name, { ...ofFunction, Resource: `${ofFunction.FunctionName}:${alias}` }),
    own: (name: string) => value('ImageResize', name, { service: 'resize-on-miss', stage }),
    ofPreset: (name: string) => value('ImageResize', name, { service: 'resize-on-miss', stage, preset }),
  };
}

const change = (...changes: readonly Change[]) =>
  under.chain.endpoints.change((template) => changed(template, ...changes));
const view = () => browse(under.url(preset, key));

describe('CloudWatch shows', () => {
  it('of a cold view three requests and no hit at the edge, a redirect each way, one call, one image made', async () => {
    const { edge, runs, redirects, returns, api, throttled, lambda, ofAlias, own, ofPreset } = await minuteOf(view);
    expect([edge('Requests'), edge('CacheHitRate', 'Average'), edge('TotalErrorRate', 'Average')]).toEqual([3, 0, 0]);
    expect(edge('BytesDownloaded')).toBeGreaterThan(500);
    expect([runs, redirects, returns, throttled]).toEqual([3, 1, 1, 0]);
    expect([api('Count'), api('4xx'), api('5xx')]).toEqual([1, 0, 0]);
    for (const of of [lambda, ofAlias]) expect([of('Invocations'), of('Errors'), of('Throttles')]).toEqual([1, 0, 0]);
    expect(lambda('Duration')).toBeGreaterThan(0);
    expect([own('ResizeRequests'), own('Resized'), own('LoopSuspects')]).toEqual([1, 1, 0]);
    expect(own('TotalMs')).toBeGreaterThan(0);
    expect(ofPreset('PresetRequests')).toBe(1);
  });

  it('of a warm view one request and a hit, and nothing of whatever is behind the edge', async () => {
    const { edge, redirects, api, throttled, lambda, own } = await minuteOf(view);
    expect([edge('Requests'), edge('CacheHitRate', 'Average'), edge('TotalErrorRate', 'Average')]).toEqual([1, 100, 0]);
    expect([redirects, throttled, api('Count'), lambda('Invocations'), own('ResizeRequests')]).toEqual(
      Array(5).fill(undefined),
    );
  });

  it('of an unlisted size an error at the edge, and no hit rate', async () => {
    const { edge, redirects } = await minuteOf(() => browse(under.url('999x999', key)));
    expect([edge('Requests'), edge('4xxErrorRate', 'Average'), edge('404ErrorRate', 'Average')]).toEqual([1, 100, 100]);
    expect([edge('5xxErrorRate', 'Average'), edge('CacheHitRate', 'Average'), redirects]).toEqual([
      0,
      undefined,
      undefined,
    ]);
  });

  it('of a loop, with the redirect kept at the edge, a redirect that is a hit and a loop suspect', async () => {
    change(({ cache }) => Object.assign(cache, { DefaultTTL: 86_400 }));
    under.chain.setSwitch('redirectCaching', 'legacy');
    await under.putOriginal('loop.jpg', await rightImages.jpeg());
    const looping = () => browse(under.url(preset, 'loop.jpg'));
    await minuteOf(looping);
    under.pass(2 * config.cache.raceGraceSeconds);
    const { edge, redirects, returns, api, own } = await minuteOf(looping);
    expect([edge('Requests'), edge('CacheHitRate', 'Average'), redirects, returns]).toEqual([2, 50, 1, 0]);
    expect([api('Count'), own('ResizeRequests'), own('Resized'), own('LoopSuspects')]).toEqual([1, 1, 0, 1]);
    expect(own('TargetAgeSeconds')).toBeGreaterThan(config.cache.raceGraceSeconds);
    under.chain.setSwitch('redirectCaching', 'documented');
    under.chain.endpoints.change();
  });

  it('of a throttled call a 4xx of the API, and the 429 out of its access log', async () => {
    change(({ resources }) => {
      const stage = Object.values<{ Type: string; Properties: object }>(resources).find(
        ({ Type }) => Type === 'AWS::ApiGatewayV2::Stage',
      );
      Object.assign(stage?.Properties ?? {}, {
        DefaultRouteSettings: { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 1 },
      });
    });
    const { api, throttled, lambda, own } = await minuteOf(async () => {
      for (const expected of [404, 429, 429]) {
        expect((await fetch(under.apiUrl(`key=${preset}/none.jpg`))).status).toBe(expected);
      }
    });
    expect([api('Count'), api('4xx'), api('5xx'), throttled]).toEqual([3, 3, 0, 2]);
    expect([lambda('Invocations'), own('OriginalMissing')]).toEqual([1, 1]);
    under.chain.endpoints.change();
  });
});

/** A metric without the values of its dimensions: there is one for each preset, for each function. */
const kindOf = ({ namespace, name, dimensions }: MetricId) =>
  [namespace, name, ...Object.keys(dimensions).sort()].join(' ');

function watched(): MetricId[] {
  const { resources, account } = under.chain.parts.template;
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const onDashboards = ofType('AWS::CloudWatch::Dashboard')
    .flatMap((resource) => readDashboard(resource, account.region).widgets)
    .flatMap((widget) => (widget.kind === 'metric' ? widget.entries : []))
    .flatMap((entry) => ('metric' in entry ? [entry.metric] : []));
  const inAlarms = ofType('AWS::CloudWatch::Alarm')
    .flatMap((resource) => readMetricAlarm(Properties.of(resource)).queries)
    .flatMap((query) => ('metric' in query ? [query.metric] : []));
  return [...onDashboards, ...inAlarms];
}

/** What AWS publishes besides, and nobody looks at here. */
const unwatched = [
  ...[
    'ApproximateNumberOfMessagesDelayed',
    'NumberOfMessagesDeleted',
    'NumberOfMessagesReceived',
    'NumberOfMessagesSent',
  ].map((name) => `AWS/SQS ${name} QueueName`),
  'AWS/CloudFront BytesUploaded DistributionId Region',
  ...[401, 502, 503, 504].map((status) => `AWS/CloudFront ${status}ErrorRate DistributionId Region`),
  'AWS/CloudFront FunctionValidationErrors FunctionName Region',
  'AWS/ApiGateway DataProcessed ApiId',
  'AWS/ApiGateway IntegrationLatency ApiId',
  ...['4xx', '5xx', 'Count', 'DataProcessed', 'IntegrationLatency', 'Latency'].map(
    (name) => `AWS/ApiGateway ${name} ApiId Stage`,
  ),
  ...['ConcurrentExecutions', 'Duration', 'Errors', 'Invocations', 'Throttles'].map(
    (name) => `AWS/Lambda ${name} FunctionName Resource`,
  ),
];

it('publishes every metric that dashboards and alarms name, and of ours no other', { timeout: 60_000 }, async () => {
  const { chain, clock } = under;
  await minuteOf(async () => {
    await view();
    await under.putOriginal(key, await rightImages.png());
    await advanceTo(clock.now() + 30_000, clock, chain.timers);
    // The message of the second pass is still in its queue when the minute ends.
    await under.putOriginal(key, await rightImages.jpeg());
    await advanceTo(clock.now() + 5_000, clock, chain.timers);
    // Two metrics are there only when a line of metrics is broken.
    const group = chain.lambda.function.logGroup;
    for (const _aws of [{}, { Timestamp: under.clock.now(), CloudWatchMetrics: [broken] }]) {
      chain.events.emit({ kind: 'log', group, line: JSON.stringify({ _aws }) });
    }
    await chain.schedules.run();
  });
  const published = new Set(chain.cloudWatch.store.metrics().map(kindOf));
  const named = new Set(watched().map(kindOf));
  expect([...named].filter((kind) => !published.has(kind))).toEqual([]);
  expect([...published].filter((kind) => !named.has(kind)).sort()).toEqual(unwatched.toSorted());
  expect(named.size).toBeGreaterThan(40);
});

const broken = { Namespace: 'N', Dimensions: [['absent']], Metrics: [] };
