import sharp from 'sharp';
import { config, type LocationEncoding, type Preset } from '../../../src/config.ts';
import { coldViewFaults, type Hop, isHit, returnUrlFault, viewKind, warmViewFaults } from '../../../src/core/view.ts';
import { bytesAsUtf8, type followRedirects } from '../../../src/follow-redirects.ts';
import { apiOnOf, type Target } from '../../../src/target.ts';
import { urlOf } from '../../../src/url.ts';
import { askedKey, encodingAdvice, lostRaw, modesThatFit, oddKeys } from './encoding.ts';
import { type Row, rowOf } from './row.ts';

/** What the checks may do to a target. */
export interface Smoke {
  readonly target: Target;
  readonly local: boolean;
  followRedirects(url: string, options?: Parameters<typeof followRedirects>[2]): Promise<Hop[]>;
  /** A fresh original; its key. */
  upload(name: string): Promise<string>;
  /** Whether S3 counts the policy of the derivatives as public. */
  policyIsPublic(): Promise<boolean>;
  wait(milliseconds: number): Promise<void>;
}

const preset = '200x200';
const statuses = (hops: readonly Hop[]) => hops.map(({ status }) => status).join(', ');
const seen = (hop: Hop | undefined, ...names: string[]) =>
  hop ? [hop.status, ...names.map((name) => `${name}: ${hop.headers[name] ?? '-'}`)].join(', ') : 'no answer';

/** In this order: the first is the one that shows a chain which is not there yet. */
export const checks: readonly ((smoke: Smoke) => Promise<Row[]>)[] = [
  coldThenWarm,
  redirectIsNotKept,
  unlistedSize,
  missingOriginal,
  missingOriginalWithFallback,
  directCall,
  ownHostWithoutSecret,
  websiteWithoutSecret,
  policyStatus,
  head,
  queryString,
  locationEncoding,
];

/** With the key of an existing original and no right to upload: what can be seen all the same. */
export async function checkExisting({ target, followRedirects }: Smoke, key: string): Promise<Row[]> {
  const hops = await followRedirects(urlOf(target.imageUrl, preset, key));
  const kind = viewKind(hops);
  const fine = ['cold', 'warm', 'refetched', 'shortcut'].includes(kind);
  return [
    rowOf(
      `a view of ${key}`,
      'the image, within 3 redirects',
      fine && hops.length <= 4 ? [] : [`${kind}: ${statuses(hops)}`],
    ),
  ];
}

async function coldThenWarm({ target, local, followRedirects, upload, wait }: Smoke): Promise<Row[]> {
  const urlFor = async (name: string) => urlOf(target.imageUrl, preset, await upload(name));
  let url = await urlFor('cold.jpg');
  let cold = await followRedirects(url);
  // Routing rules take their time after a deploy: 404 until they are there, which the edge keeps for minutes.
  for (let tries = 1; !local && cold[0]?.status === 404 && tries <= 24; tries += 1) {
    await wait(5_000);
    url = await urlFor(`cold-${tries}.jpg`);
    cold = await followRedirects(url);
  }
  const size = await sharp(cold.at(-1)?.body)
    .metadata()
    .catch(() => undefined);
  const tooLarge =
    size?.width === 200 && size.height === 200 ? [] : [`The image has ${size?.width} x ${size?.height} pixels`];

  let warm = await followRedirects(url);
  for (let tries = 1; warmViewFaults(warm, config).length > 0 && tries < (local ? 1 : 10); tries += 1) {
    await wait(1_000);
    warm = await followRedirects(url);
  }
  return [
    rowOf('a first view', '307, 301, 200, nothing kept but the image, 200 x 200 pixels', [
      ...coldViewFaults(cold, config),
      ...tooLarge,
    ]),
    rowOf('a later view', 'one 200 from the cache of the edge', warmViewFaults(warm, config)),
  ];
}

async function redirectIsNotKept({ target, followRedirects, upload }: Smoke): Promise<Row[]> {
  const url = urlOf(target.imageUrl, preset, await upload('kept.jpg'));
  const [first] = await followRedirects(url, { redirects: 0 });
  const [second] = await followRedirects(url, { redirects: 0 });
  const faults = [first, second].flatMap((hop) => [
    ...(hop?.status === 307 ? [] : [`The answer was ${seen(hop)}`]),
    ...(hop && (isHit(hop) || hop.headers.age)
      ? [`The redirect came from the cache: ${seen(hop, 'x-cache', 'age')}`]
      : []),
  ]);
  return [
    rowOf(
      'the 307, asked for twice',
      'from S3 each time',
      faults,
      'check the cache policy: minimum and default TTL must be 0',
    ),
  ];
}

async function unlistedSize({ target, followRedirects, upload }: Smoke): Promise<Row[]> {
  const hops = await followRedirects(urlOf(target.imageUrl, '999x1', await upload('unlisted.jpg')));
  const plain = statuses(hops) === '404' && hops[0]?.headers.location === undefined;
  const advice =
    statuses(hops) === '403'
      ? 'the website does not say 404 for what is missing: check the secret of the bucket policy'
      : undefined;
  return [
    rowOf(
      'a size that is not on the list',
      'one plain 404, no redirect',
      plain ? [] : [seen(hops[0], 'location')],
      advice,
    ),
  ];
}

async function missingOriginal({ target, followRedirects }: Smoke): Promise<Row[]> {
  const hops = await followRedirects(urlOf(target.imageUrl, preset, `loadtest/smoke-missing/${Date.now()}.jpg`));
  if (fallbacks.has(preset)) return [];
  const right = statuses(hops) === '307, 404' && textOf(hops.at(-1)).includes('"original-missing"');
  const advice =
    hops.at(-1)?.status === 500
      ? 'the role lacks s3:ListBucket on the originals: S3 says 403 for what is missing'
      : undefined;
  return [
    rowOf(
      'an original that does not exist',
      '307, 404 with original-missing',
      right ? [] : [`${statuses(hops)} ${textOf(hops.at(-1))}`],
      advice,
    ),
  ];
}

/** Keys of fallbacks by their presets. */
const fallbacks = new Map(
  Object.entries<Preset>(config.presets).flatMap(([name, { fallback }]) => (fallback ? [[name, fallback]] : [])),
);

/** Each fallback is an original that has to be uploaded. */
async function missingOriginalWithFallback({ target, followRedirects }: Smoke): Promise<Row[]> {
  const rows = [...fallbacks].map(async ([name, fallback]) => {
    const hops = await followRedirects(urlOf(target.imageUrl, name, `loadtest/smoke-missing/${Date.now()}.jpg`));
    const [, , shown] = hops;
    const faults = [
      ...(viewKind(hops) === 'fallback' ? [] : [`${statuses(hops)} ${textOf(hops.at(-1))}`]),
      ...(shown?.url === urlOf(target.imageUrl, name, fallback) ? [] : [`The API leads to ${shown?.url}`]),
    ];
    return rowOf(
      `an original that does not exist, at ${name}`,
      `302 to ${fallback}, and that image`,
      faults,
      `upload ${fallback} to the originals`,
    );
  });
  return Promise.all(rows);
}

async function directCall({ target, followRedirects, upload }: Smoke): Promise<Row[]> {
  const key = await upload('direct.jpg');
  const url = `${target.apiUrl}?key=${preset}/${key}`;
  const [made] = await followRedirects(url, { redirects: 0 });
  const [again] = await followRedirects(url, { redirects: 0 });
  const [unlisted] = await followRedirects(`${target.apiUrl}?key=999x1/${key}`, { redirects: 0 });
  const location = new URL(made?.headers.location ?? '', target.apiUrl).href;
  const wrongReturn = returnUrlFault(location, urlOf(target.imageUrl, preset, key));
  return [
    rowOf('the API, called directly', '301 to CloudFront with no-store and the version of the original', [
      ...(made?.status === 301 && made.headers['cache-control'] === 'no-store' ? [] : [seen(made, 'cache-control')]),
      ...(wrongReturn ? [wrongReturn] : []),
    ]),
    rowOf(
      'the API, asked for what exists',
      '200 with the image and no-store, never another redirect',
      again?.status === 200 && again.headers['cache-control'] === 'no-store' ? [] : [seen(again, 'cache-control')],
    ),
    rowOf(
      'the API, asked for an unlisted size',
      '403 that names the list',
      unlisted?.status === 403 ? [] : [seen(unlisted)],
    ),
    {
      what: 'Content-Type of the empty 301',
      expected: 'none, or one that nobody minds',
      seen: made?.headers['content-type'] ?? 'none',
      verdict: 'noted',
    },
  ];
}

/** Where the API is on the image host, it answers CloudFront only. */
async function ownHostWithoutSecret({ target, followRedirects, upload }: Smoke): Promise<Row[]> {
  if (!target.apiOwnUrl) return [];
  const url = `${target.apiOwnUrl}?key=${preset}/${await upload('own-host.jpg')}`;
  const [hop] = await followRedirects(url, { redirects: 0 });
  const right =
    hop?.status === 403 && hop.headers['cache-control'] === 'no-store' && textOf(hop).includes('"edge-only"');
  return [
    rowOf(
      "the API on API Gateway's host, without the secret",
      '403 with edge-only and no-store',
      right ? [] : [`${seen(hop, 'cache-control')} ${textOf(hop)}`],
      'check ORIGIN_SECRETS of the Lambda: without it the API is open to everybody',
    ),
  ];
}

/** Where Block Public Access stays on, S3 would refuse everybody if it counted the policy as public. */
export async function policyStatus({ target, local, policyIsPublic }: Smoke): Promise<Row[]> {
  if (local || !target.blocksPublicAccess) return [];
  const isPublic = await policyIsPublic();
  return [
    rowOf(
      'the policy of the derivatives, as S3 judges it',
      'not public',
      isPublic ? ['public'] : [],
      'set blockPublicAccess to false in infra/environments.ts, and report what GetBucketPolicyStatus says',
    ),
  ];
}

async function websiteWithoutSecret({ target, followRedirects, upload }: Smoke): Promise<Row[]> {
  const [hop] = await followRedirects(urlOf(target.websiteUrl, preset, await upload('website.jpg')), {
    redirects: 0,
  });
  return [
    rowOf(
      'the website endpoint without the secret',
      '403',
      hop?.status === 403 ? [] : [seen(hop, 'location')],
      'check the Referer condition of the bucket policy',
    ),
  ];
}

async function head({ target, followRedirects, upload }: Smoke): Promise<Row[]> {
  const hops = await followRedirects(urlOf(target.imageUrl, preset, await upload('head.jpg')), { method: 'HEAD' });
  return [
    rowOf(
      'HEAD of an image that is not made yet',
      '307, 301, 200',
      statuses(hops) === '307, 301, 200' ? [] : [statuses(hops)],
    ),
  ];
}

async function queryString({ target, followRedirects, upload }: Smoke): Promise<Row[]> {
  const hops = await followRedirects(`${urlOf(target.imageUrl, preset, await upload('query.jpg'))}?v=2`);
  const location = hops[0]?.headers.location ?? '';
  const isCarried = location.includes('v=2');
  const faults = [
    ...(isCarried ? [`The query went into the Location: ${location}`] : []),
    ...(statuses(hops) === '307, 301, 200' ? [] : [statuses(hops)]),
  ];
  return [
    rowOf(
      'a query behind the address',
      'never reaches S3 or the key',
      faults,
      isCarried ? 'let no query string through to the website origin' : undefined,
    ),
  ];
}

/** On its own host the API gets keys as S3 writes them into Location, which is not documented; on the image host the edge writes them. */
async function locationEncoding({ target, followRedirects, upload }: Smoke): Promise<Row[]> {
  const onImageHost = apiOnOf(target) === 'image-host';
  const set = (onImageHost ? 'form' : config.locationEncoding) as LocationEncoding;
  const asked: { path: string; written: string | undefined }[] = [];
  const wrong: string[] = [];
  const lines: string[] = [];
  for (const name of oddKeys) {
    const key = await upload(name);
    const hops = await followRedirects(urlOf(target.imageUrl, preset, key));
    const location = hops[0]?.headers.location;
    asked.push({
      path: `${preset}/${key}`,
      written: location && askedKey(new URL(bytesAsUtf8(location), target.imageUrl)),
    });
    lines.push(`${name} → ${location ? bytesAsUtf8(location.slice(location.lastIndexOf('/') + 1)) : statuses(hops)}`);
    const served = ['cold', 'shortcut', 'warm', 'refetched'].includes(viewKind(hops));
    if (!served && !(set === 'none' && lostRaw(name))) {
      wrong.push(`${name}: ${statuses(hops)}`);
    }
  }
  const fitting = modesThatFit(asked);
  const advice =
    onImageHost && !fitting.includes(set) ? 'check the viewer-response function' : encodingAdvice(fitting, set);
  return [
    {
      what: onImageHost ? 'how the edge writes keys into Location' : 'how S3 writes keys into Location',
      expected: onImageHost ? 'as the viewer did' : `locationEncoding: '${set}'`,
      seen: `${fitting.join(' or ') || 'none of the modes'} (${lines.join(', ')})`,
      verdict: advice ? 'unsafe' : 'right',
      ...(advice && { advice }),
    },
    rowOf('views of ten odd keys', 'the image', wrong, advice),
  ];
}

const textOf = (hop: Hop | undefined) => new TextDecoder().decode(hop?.body).slice(0, 200);
