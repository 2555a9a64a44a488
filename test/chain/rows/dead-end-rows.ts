import { apiHops, edgeHops, type Row, when } from './row.ts';

/** Ways in which a viewer gets nothing, though there is an image. */
export const deadEndRows: readonly Row[] = [
  {
    id: 'E1',
    mechanism: 'the website answers 403 to the edge',
    check: ({ cold }) =>
      when(
        edgeHops(cold).some(({ website }) => website?.status === 403),
        () => `The website answers the edge 403, so no rule fires: ${cold.statuses}`,
      ),
  },
  {
    id: 'E2',
    mechanism: 'the edge speaks https to a website endpoint, which has none',
    check: ({ cold }) => {
      const [first] = edgeHops(cold);
      return when(first?.website === undefined && (first?.edge.status ?? 0) >= 500, () => {
        return `The edge answers ${first?.edge.status} without having reached the website`;
      });
    },
  },
  {
    id: 'E3',
    mechanism: "the viewer's Host reaches S3",
    check: ({ cold: { view } }) =>
      when(view.hops[0]?.headers.get('x-amz-error-code') === 'NoSuchBucket', () => {
        return 'S3 looks for a bucket of another name: NoSuchBucket';
      }),
  },
  {
    id: 'E5',
    mechanism: 'the redirect keeps the method, and the API does not take HEAD',
    check: ({ cold, head }) =>
      when(cold.statuses.at(-1) === 200 && head.statuses.at(-1) !== 200, () => {
        return `GET of a new image ends well, and HEAD in ${head.statuses}`;
      }),
  },
  {
    id: 'E6',
    mechanism: 'the Lambda is throttled',
    check: ({ cold, crowd }) => {
      const faults = crowd.views.flatMap(({ hops }) => hops.filter(({ status }) => status >= 500));
      return when(cold.statuses.every((status) => status < 500) && faults.length > 0, () => {
        return `${faults.length} of ${crowd.views.length} viewers at once got ${faults[0]?.status}`;
      });
    },
  },
  {
    id: 'E9',
    mechanism: 'the query string becomes part of the key',
    check: ({ query }) =>
      query.calls
        .filter(({ operation, key }) => operation === 'GetObject' && key.includes('?'))
        .map(({ key }) => `The Lambda looked for "${key}"`),
  },
  {
    id: 'R1',
    mechanism: 'S3 answers 403 for an object that is missing',
    check: ({ cold }) =>
      cold.calls
        .filter(({ operation, status }) => /^(Get|Head)Object$/.test(operation) && status === 403)
        .map(
          ({ operation, key }) => `${operation} of "${key}" was refused: ${apiHops(cold)[0]?.status} for the viewer`,
        ),
  },
];
