import { apiHops, edgeHops, firstViews, isRedirect, path, type Row, when } from './row.ts';
import type { Seen, Visit } from './visit.ts';

/** Ways in which a viewer is redirected without end, or once too often. */
export const loopRows: readonly Row[] = [
  {
    id: 'L1',
    mechanism: "the edge caches the website's redirect",
    check: ({ later }) => when(keepsRedirect(later), () => `After ten seconds the redirect was a hit: ${ways(later)}`),
  },
  {
    id: 'L2',
    mechanism: 'the edge caches the redirect for a minimum time, whatever it says',
    check: ({ cold, again, later }) =>
      when((keepsRedirect(cold) || keepsRedirect(again)) && !keepsRedirect(later), () => {
        return `The redirect was a hit at once, and no longer after ten seconds: ${ways(cold)}; ${ways(again)}`;
      }),
  },
  {
    id: 'L3',
    mechanism: 'Cache-Control is added to all answers, so browsers cache the redirect',
    check: ({ cold }) =>
      cold.view.hops
        .filter(({ status, headers }) => status === 307 && (headers.get('cache-control') ?? 'no-store') !== 'no-store')
        .map(({ headers }) => `The 307 carries Cache-Control "${headers.get('cache-control')}"`),
  },
  {
    id: 'L4',
    mechanism: "a browser caches the API's redirect for longer than the derivative exists",
    check: ({ returned: { view } }) => {
      const own = view.hops.filter(({ status, fromBrowserCache }) => isRedirect(status) && fromBrowserCache);
      return when(view.outcome === 'too many redirects' && own.length > 0, () => {
        return `The browser followed ${own.length} redirects that it had kept, and gave up after ${view.hops.length - 1}`;
      });
    },
  },
  {
    id: 'L5',
    mechanism: "the API's redirect is cached in front of the Lambda",
    check: ({ deleted }) =>
      deleted.flatMap((seen) => {
        const kept = edgeHops(seen).filter(
          ({ edge }) => edge.target.includes('key=') && edge.edge?.resultType === 'Hit',
        );
        return when(kept.length > 0, () => `The edge answered for the API: ${ways(seen)}`);
      }),
  },
  {
    id: 'L6',
    mechanism: 'the stored key is not the key that the viewer is redirected to, or not the one that was asked for',
    check: (visit) => [...firstViews(visit).flatMap(otherLocation), ...visit.odd.flatMap(otherOriginal)],
  },
  {
    id: 'L7',
    mechanism: 'the derivative is stored elsewhere than the website looks',
    check: ({ cold, derivativesBucket }) => [
      ...cold.calls
        .filter(({ operation, bucket }) => operation === 'PutObject' && bucket !== derivativesBucket)
        .map(({ bucket }) => `The derivative went into ${bucket}, and the website looks in ${derivativesBucket}`),
      ...edgeHops(cold)
        .filter(({ edge, website }) => website && isLonger(path(website.target), path(edge.target)))
        .map(({ edge, website }) => `The website was asked for ${website?.target}, the edge for ${edge.target}`),
    ],
  },
  {
    id: 'L8',
    mechanism: 'a redirect leads to the wrong host',
    check: ({ cold, hosts }) => {
      const toApi = cold.passed.find(({ endpoint, location }) => endpoint === 'website' && location)?.location;
      const toEdge = apiHops(cold).find(({ location }) => location)?.location;
      return [
        ...when(toApi !== undefined && (apiHops(cold).length === 0 || !toApi.startsWith('https://')), () => {
          return `The website sends viewers to ${toApi}, which is not the API by https`;
        }),
        ...when(
          toEdge !== undefined && !new URL(toEdge, `https://${hosts.home}`).href.startsWith(`https://${hosts.edge}/`),
          () => {
            return `The API sends viewers to ${toEdge}, which is not the edge by https`;
          },
        ),
      ];
    },
  },
  {
    id: 'L9',
    mechanism: 'a rule fires for derivatives that exist',
    check: ({ withoutSecret, refetched, stored }) => [
      ...when(withoutSecret.location !== null, () => {
        return `Who may not read a derivative is sent to ${withoutSecret.location}, though it exists`;
      }),
      ...when(isRedirect(refetched.statuses[0]) && stored.some(({ key }) => key === '200x200/visit/first.jpg'), () => {
        return `The website redirects though the derivative is there: ${ways(refetched)}`;
      }),
    ],
  },
  {
    id: 'L10',
    mechanism: 'the API is the second origin of an origin group',
    check: (visit) =>
      visit.cold.view.hops
        .filter(({ url, status, headers }) => isRedirect(status) && sameAddress(url, headers.get('location')))
        .map(({ url, status }) => `${url} answers ${status} to itself`),
  },
  {
    id: 'L11',
    mechanism: 'the edge rewrites a path that it has already rewritten',
    check: ({ cold }) => {
      const rewritten = new Map(
        edgeHops(cold).flatMap(({ edge, website }) => (website ? [[path(edge.target), path(website.target)]] : [])),
      );
      return [...rewritten].flatMap(([from, to]) => {
        const next = rewritten.get(to);
        return when(next !== undefined && next !== to, () => `${from} became ${to}, and that became ${next}`);
      });
    },
  },
  {
    id: 'L12',
    mechanism: 'the API redirects the viewer although nothing was stored',
    check: ({ notStored }) =>
      apiHops(notStored)
        .slice(0, 1)
        .filter(({ status }) => status < 400)
        .map(({ status }) => `PutObject failed and the API answered ${status}`),
  },
  {
    id: 'L13',
    mechanism: 'the API redirects the viewer although there is no original',
    check: ({ missing }) =>
      apiHops(missing)
        .slice(0, 1)
        .filter(({ status }) => status < 400)
        .map(({ status }) => `There is no original and the API answered ${status}`),
  },
  {
    id: 'L15',
    mechanism: 'viewers who wait for the same derivative are redirected until it exists',
    check: ({ cold, crowd }) => {
      const most = Math.max(...crowd.views.map(({ hops }) => hops.length));
      return when(cold.view.hops.length <= 5 && most > 5, () => {
        return `A lone viewer took ${cold.view.hops.length} hops, and one of ${crowd.views.length} at once took ${most}`;
      });
    },
  },
];

const ways = ({ view }: Seen) =>
  view.hops
    .slice(0, 6)
    .map(({ status, headers }) => [status, headers.get('x-cache')?.split(' ')[0]].filter(Boolean).join(' '))
    .join(', ');

const keepsRedirect = (seen: Seen) =>
  edgeHops(seen).some(
    ({ edge }) => isRedirect(edge.status) && edge.edge?.resultType === 'Hit' && !edge.target.includes('key='),
  );

const isLonger = (asked: string, given: string) => asked !== given && asked.endsWith(given);

/** What S3 reads in the path of an address. */
const keyIn = (address: string) =>
  decodeURIComponent(new URL(address, 'https://edge').pathname.slice(1).replaceAll('+', ' '));

function otherLocation(seen: Seen): readonly string[] {
  const stored = seen.calls.find(({ operation, status }) => operation === 'PutObject' && status === 200)?.key;
  const location = apiHops(seen).find(({ status }) => status === 301)?.location;
  if (stored === undefined || location === undefined) return [];
  return when(keyIn(location) !== stored, () => `"${stored}" was stored, and the viewer is sent to ${location}`);
}

function otherOriginal({ key, seen }: Visit['odd'][number]): readonly string[] {
  const asked = seen.calls.find(({ operation }) => operation === 'GetObject')?.key;
  return when(asked !== undefined && asked !== key, () => `The viewer wants "${key}", and the Lambda read "${asked}"`);
}

/** Whatever the version. */
function sameAddress(url: string, location: string | null): boolean {
  const withoutQuery = (address: string) => address.replace(/\?.*/s, '');
  return location !== null && withoutQuery(new URL(location, url).href) === withoutQuery(url);
}
