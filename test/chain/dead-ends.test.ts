/** Every dead end that the chain can show: one wrong thing is found by its own row alone. */
import { describe, it } from 'vitest';
import { allViewer, allViewerExceptHost } from './edge-changes.ts';
import { type Broken, expectOnly } from './rows/broken.ts';

const isListing = ({ Action }: { Action: string | string[] }) => [Action].flat().includes('s3:ListBucket');

const broken: readonly Broken[] = [
  {
    row: 'E1',
    how: 'a secret that the bucket does not know',
    change: ({ edge }) => Object.assign(edge.Origins[0].OriginCustomHeaders[0], { HeaderValue: 'drifted' }),
    says: /answers the edge 403, so no rule fires: 403$/,
  },
  {
    row: 'E1',
    how: 'a policy without s3:GetObject',
    change: ({ websitePolicy }) => {
      websitePolicy.Statement = websitePolicy.Statement.filter(isListing);
    },
    says: /answers the edge 403/,
  },
  {
    row: 'E1',
    how: 'a policy without s3:ListBucket, should the website ask for it',
    change: ({ websitePolicy }) => {
      websitePolicy.Statement = websitePolicy.Statement.filter((statement: never) => !isListing(statement));
    },
    switches: { missingKey: '403' },
    says: /answers the edge 403/,
  },
  {
    row: 'E2',
    how: 'https to the website',
    change: ({ edge }) => Object.assign(edge.Origins[0].CustomOriginConfig, { OriginProtocolPolicy: 'https-only' }),
    says: /answers 502 without having reached the website/,
  },
  {
    row: 'E2',
    how: "the viewer's protocol to the website, and he comes by https",
    change: ({ edge }) => Object.assign(edge.Origins[0].CustomOriginConfig, { OriginProtocolPolicy: 'match-viewer' }),
    says: /answers 502 without having reached the website/,
  },
  {
    row: 'E3',
    how: 'all headers of the viewer sent on, Host included',
    change: ({ edge }) => Object.assign(edge.DefaultCacheBehavior, { OriginRequestPolicyId: allViewer }),
    says: /NoSuchBucket/,
  },
  {
    row: 'E5',
    how: 'a route for GET only',
    change: ({ route }) => Object.assign(route, { RouteKey: 'GET /resize' }),
    says: /HEAD in 307,404/,
  },
  {
    row: 'E5',
    how: 'a Lambda that knows GET only',
    mistakes: [{ file: 'resize-image.ts', from: "method !== 'GET' && method !== 'HEAD'", to: "method !== 'GET'" }],
    says: /HEAD in 307,405/,
  },
  {
    row: 'E6',
    how: 'one Lambda environment for everybody',
    change: ({ lambda }) => Object.assign(lambda, { ReservedConcurrentExecutions: 1 }),
    says: /\d of 6 viewers at once got 503/,
  },
  {
    row: 'E9',
    how: 'query strings sent on, should S3 keep them in Location',
    apiOn: 'own-host',
    change: ({ edge }) => Object.assign(edge.DefaultCacheBehavior, { OriginRequestPolicyId: allViewerExceptHost }),
    switches: { queryInLocation: true },
    says: /looked for "visit\/query\.jpg\?v=2"/,
  },
  {
    row: 'R1',
    how: 'a role that may not list the buckets',
    change: ({ role }) => {
      role.Statement = role.Statement.filter((statement: never) => !isListing(statement));
    },
    says: /HeadObject of "200x200\/visit\/first\.jpg" was refused: 301 for the viewer/,
  },
];

describe('a chain that is broken in one point', () => {
  for (const one of broken) it(`${one.row} ${one.how}`, () => expectOnly(one));
});
