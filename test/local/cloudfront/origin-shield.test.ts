import { expect, it } from 'vitest';
import { anEdge, type Setting } from './an-edge.ts';

const shielded = { originConfig: { OriginShield: { Enabled: true, OriginShieldRegion: 'us-east-1' } } };
const day = 86_400;
const kept = { status: 200, headers: { 'cache-control': `max-age=${day}`, etag: '"1"' }, body: 'image' };

const everyLocation = async ({ ask, cloudFront }: ReturnType<typeof anEdge>, locations = [0, 1, 2]) => {
  const answers = [];
  for (const location of locations) {
    cloudFront.useLocation(location);
    answers.push(await ask('/a'));
  }
  return answers;
};

it('each edge location asks the origin, unless Origin Shield answers', async () => {
  const plain = anEdge({ origin: () => kept });
  expect((await everyLocation(plain, [0, 1, 0, 1])).map(({ xCache }) => xCache)).toEqual([
    'Miss',
    'Miss',
    'Hit',
    'Hit',
  ]);
  expect(plain.asked).toHaveLength(2);

  const edge = anEdge({ origin: () => kept, ...shielded });
  const answers = await everyLocation(edge);
  expect(answers.map(({ text, xCache }) => [text, xCache])).toEqual([
    ['image', 'Miss'],
    ['image', 'Hit'],
    ['image', 'Hit'],
  ]);
  expect(edge.asked).toHaveLength(1);
  expect(edge.records.map(({ fromOrigin }) => fromOrigin)).toEqual([true, false, false]);
  expect(answers.map(({ headers }) => headers['x-amz-cf-pop'])).toEqual(['LOCAL50-C1', 'LOCAL51-C1', 'LOCAL52-C1']);
});

it('the time in Origin Shield counts, so that all copies expire together', async () => {
  const edge = anEdge({ origin: ({ headers }) => (headers['if-none-match'] ? { status: 304 } : kept), ...shielded });
  await everyLocation(edge, [0]);
  edge.seconds(day - 10);
  const [second] = await everyLocation(edge, [1]);
  expect(second?.headers.age).toBe(String(day - 10));
  edge.seconds(10);
  // The first revalidates through the shield, which asks the origin; the second is answered by the shield.
  expect((await everyLocation(edge, [1, 0])).map(({ xCache }) => xCache)).toEqual(['RefreshHit', 'RefreshHit']);
  expect(edge.asked.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"1"']);
});

it.each([
  ['a redirect without Cache-Control', { status: 307, headers: { location: '/resize?key=a' } }],
  ['an answer that must not be kept', { status: 200, headers: { 'cache-control': 'no-store' }, body: 'once' }],
])('Origin Shield does not keep %s', async (_, answer) => {
  const edge = anEdge({ origin: () => answer, ...shielded });
  expect((await everyLocation(edge)).map(({ status }) => status)).toEqual(Array(3).fill(answer.status));
  expect(edge.asked).toHaveLength(3);
});

it('Origin Shield keeps an error for its time, and the error of a viewer stays an error', async () => {
  const setting: Setting = { config: { CustomErrorResponses: [{ ErrorCode: 404, ErrorCachingMinTTL: 300 }] } };
  const edge = anEdge({ origin: () => ({ status: 404 }), ...setting, ...shielded });
  expect((await everyLocation(edge)).map(({ status, xCache }) => [status, xCache])).toEqual(
    Array(3).fill([404, 'Error']),
  );
  expect(edge.asked).toHaveLength(1);
});

it('a range or a condition of the first viewer does not decide what Origin Shield keeps', async () => {
  const edge = anEdge({ origin: () => kept, ...shielded });
  expect((await edge.ask('/a', { headers: { range: 'bytes=0-1' } })).text).toBe('im');
  edge.cloudFront.useLocation(1);
  expect((await edge.ask('/a', { headers: { 'if-none-match': '"1"' } })).status).toBe(304);
  expect((await edge.ask('/a')).text).toBe('image');
  expect(edge.asked).toHaveLength(1);
});

it('an invalidation empties every edge location and Origin Shield, and a snapshot restores all of them', async () => {
  const edge = anEdge({ origin: (_, count) => ({ ...kept, body: String(count) }), ...shielded });
  await everyLocation(edge);
  const restore = edge.cloudFront.snapshot();
  expect(edge.cloudFront.invalidate(['/a'])).toBe(4);
  expect((await everyLocation(edge)).map(({ text }) => text)).toEqual(['2', '2', '2']);
  restore();
  expect((await everyLocation(edge, [0, 1, 2, 3])).map(({ text }) => text)).toEqual(['1', '1', '1', '1']);
});

it('an origin with Origin Shield in a group is refused', () => {
  const group = {
    Items: [
      {
        Id: 'group',
        FailoverCriteria: { StatusCodes: { Items: [500] } },
        Members: { Items: [{ OriginId: 'website' }, { OriginId: 'api' }] },
      },
    ],
  };
  expect(() => anEdge({ ...shielded, config: { OriginGroups: group } })).toThrow('OriginShield');
});
