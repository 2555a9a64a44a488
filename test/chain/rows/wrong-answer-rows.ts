import { apiHops, type Row, when } from './row.ts';

/** Ways in which a viewer gets something else than the image that he asked for. */
export const wrongAnswerRows: readonly Row[] = [
  {
    id: 'W1',
    mechanism: 'what the image depends on is not in the cache key',
    check: ({ cold, byAccept }) => {
      const [usual, type] = [cold, byAccept.old].map(({ view }) => view.hops.at(-1)?.headers.get('content-type'));
      const both = cold.colour !== undefined && byAccept.old.colour !== undefined;
      return when(both && type !== usual, () => {
        return `A browser that takes ${usual} gets ${type}, since one that takes more came first`;
      });
    },
  },
  {
    id: 'W2',
    mechanism: "the API's redirect is cached without its key",
    check: ({ pair }) =>
      Object.entries(pair).flatMap(([wanted, { colour }]) =>
        when(colour !== undefined && colour !== wanted, () => `Who asks for the ${wanted} image sees the ${colour}`),
      ),
  },
  {
    id: 'W4',
    mechanism: 'a deleted image is still shown',
    check: ({ deleted }) =>
      deleted.flatMap(({ view, colour }) =>
        when(colour !== undefined, () => `${view.hops[0]?.url} still shows the image`),
      ),
  },
  {
    id: 'W5',
    mechanism: 'the stored object is not the image that its name and type say',
    check: ({ stored }) =>
      stored
        .filter(({ key }) => /^\d+x\d*[./]/.test(key))
        .flatMap(({ key, bytes, contentType, colour }) => [
          ...when(colour === undefined, () => `${key} does not decode`),
          ...when(typeOf(bytes) !== contentType, () => `${key} is ${typeOf(bytes)} and is called ${contentType}`),
        ]),
  },
  {
    id: 'W6',
    mechanism: 'refusals and faults are cached for too long',
    check: ({ missing, appeared, notStored, refusalControl: short }) => {
      const refusal = apiHops(missing)[0]?.status === 404 ? missing.view.hops.at(-1) : undefined;
      const fault = (apiHops(notStored)[0]?.status ?? 0) >= 500 ? notStored.view.hops.at(-1) : undefined;
      return [
        ...when(refusal !== undefined && refusal.headers.get('cache-control') !== short, () => {
          return `The 404 carries Cache-Control "${refusal?.headers.get('cache-control')}", expected "${short}"`;
        }),
        ...when(refusal !== undefined && appeared.colour === undefined && apiHops(appeared).length === 0, () => {
          return `An image that was uploaded after a 404 is not seen, and nobody asks for it: ${appeared.statuses}`;
        }),
        ...when(fault !== undefined && fault.headers.get('cache-control') !== 'no-store', () => {
          return `The ${fault?.status} carries Cache-Control "${fault?.headers.get('cache-control')}", expected "no-store"`;
        }),
      ];
    },
  },
  {
    id: 'W7',
    mechanism: 'a missing image becomes a good answer',
    check: ({ unlisted }) =>
      when(unlisted.statuses.at(-1) === 200, () => 'An unlisted size is answered 200, with a page for an image'),
  },
  {
    id: 'W8',
    mechanism: 'two keys in one query are joined',
    check: ({ doubled }) =>
      doubled.calls
        .filter(({ operation, key }) => operation === 'GetObject' && key.includes(','))
        .map(({ key }) => `key= twice was read as "${key}"`),
  },
  {
    id: 'W9',
    mechanism: 'a path that browsers would normalise reaches S3 unchanged',
    check: ({ dotted, tricks }) =>
      [dotted, ...tricks.map(({ trace }) => trace)].flatMap(({ calls }) =>
        calls
          .filter(({ key }) => /(^|\/)(\.{0,2})(\/|$)/.test(key))
          .map(({ operation, key }) => `${operation} was called for "${key}"`),
      ),
  },
  {
    id: 'W10',
    mechanism: 'unlisted sizes cost compute',
    check: ({ unlisted, tricks }) =>
      [unlisted, ...tricks.map(({ trace }) => trace)].flatMap((trace) =>
        apiHops(trace).map(({ target }) => `The API was asked for ${target}`),
      ),
  },
];

function typeOf(bytes: Buffer): string {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg';
  const brand = bytes.subarray(8, 12).toString('latin1');
  return brand === 'WEBP' ? 'image/webp' : brand === 'avif' ? 'image/avif' : 'unknown';
}
