import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Target, targetPath, writeTarget } from '../../src/target.ts';
import type { Clock } from '../aws/clock.ts';
import type { CloudFront } from '../aws/cloudfront/cloudfront.ts';
import { type CloudWatch, createCloudWatch } from '../aws/cloudwatch/cloudwatch.ts';
import { createSchedules, type Schedules } from '../aws/eventbridge/schedules.ts';
import type { Lambda } from '../aws/lambda/lambda.ts';
import { removeExpired } from '../aws/s3/lifecycle.ts';
import { type ChainContext, createContext, type Switches } from './context.ts';
import { createEndpoints, type Endpoints, openListeners, type Ports } from './endpoints.ts';
import { type LambdaChoice, startLambdas } from './lambdas.ts';
import { createMessages, type Messages } from './messages.ts';
import { type ChainParts, readChainParts, type TemplateChoice } from './read-parts.ts';
import { type Storage, type StorageChoice, startStorage } from './storage.ts';

export interface ChainOptions extends TemplateChoice, StorageChoice, LambdaChoice, Ports {
  readonly switches?: Partial<Switches>;
  readonly clock?: Clock;
  /** The target file to write. The credentials of S3 are written beside it. */
  readonly targetFile?: string;
  readonly progress?: (step: string) => void;
}

export interface Chain extends Omit<ChainContext, 'hosts' | 'log' | 'onStop'> {
  readonly edge: Address & Pick<CloudFront, 'useLocation' | 'invalidate' | 'peek' | 'clear' | 'snapshot'>;
  /** `url` is that of the first route. */
  readonly api: Address & { readonly url: string };
  readonly website: Address;
  readonly s3: Pick<Storage, 'endpoint' | 'owner' | 'store' | 'credentialsOf'> & ChainParts['buckets'];
  /** The one that the API calls. */
  readonly lambda: Lambda;
  readonly lambdas: readonly Lambda[];
  readonly parts: ChainParts;
  readonly endpoints: Pick<Endpoints, 'parts' | 'change'>;
  readonly target: LocalTarget;
  readonly queues: Messages['queues'];
  readonly cloudWatch: CloudWatch;
  readonly schedules: Schedules;
  /** Removes from S3 what has expired by the chain's clock. */
  expire(): Promise<number>;
}

interface Address {
  readonly address: string;
  /** The name on AWS. */
  readonly host: string;
}

/** Starts the chain step by step. If a step fails, those before it are undone. */
export async function startChain(options: ChainOptions): Promise<Chain> {
  const { progress = () => {} } = options;
  const context = createContext(options.clock, options.switches);
  const { clock, events, onStop } = context;
  try {
    progress('reading the template');
    const parts = readChainParts(options);
    const { queues, publish, connect } = createMessages(parts, context);
    const cloudWatch = createCloudWatch(parts.template, { ...context, queues });
    onStop(cloudWatch.stop);

    progress('starting S3');
    const storage = await startStorage(parts, context, options, publish);

    progress('starting Lambda');
    const { lambda, lambdas, invokeFromApi, invokeFromQueue, invoke } = startLambdas(parts, context, storage, options);
    connect(invokeFromQueue);
    const { scheduleRules: rules, permissions, expiryRules } = parts;
    const schedules = createSchedules({ rules, permissions, account: parts.template.account, clock, invoke });

    progress('opening the endpoints');
    const endpoints = createEndpoints(options, parts, context, storage, invokeFromApi);
    const { edge, api, website, cloudFrontApi } = await openListeners(endpoints, parts, context, options);
    const { useLocation, invalidate, peek, clear, snapshot } = endpoints.edge;

    const servers = { edge, api, website, cloudFrontApi };
    const target = describeTarget(parts, servers, storage, options.targetFile);
    if (options.targetFile !== undefined) onStop(publishTarget(options.targetFile, target, storage));

    return {
      ...context,
      edge: {
        address: edge.address,
        host: parts.distributionHosts[0] ?? '',
        useLocation,
        invalidate,
        peek,
        clear,
        snapshot,
      },
      api: { address: api.address, host: parts.api.domainName, url: target.apiUrl },
      website: { address: website.address, host: parts.websiteHost },
      s3: { ...storage, ...parts.buckets },
      lambda,
      lambdas,
      parts,
      endpoints,
      target,
      queues,
      cloudWatch,
      schedules,
      expire: () =>
        removeExpired({
          rules: expiryRules,
          store: storage.store,
          clock,
          onExpired: (bucket, keys) => events.emit({ kind: 'expired', bucket, keys }),
        }),
    };
  } catch (error) {
    await context.stop();
    throw error;
  }
}

const profile = 'resize-on-miss-local';

type LocalTarget = Target & { readonly s3: NonNullable<Target['s3']> };

/** Describes the running chain to smoke, e2e, load and tune. The credentials of its S3 stand in a file of their own. */
function describeTarget(
  { api, buckets, distribution, functions, template }: ChainParts,
  servers: Readonly<Record<'edge' | 'api' | 'website' | 'cloudFrontApi', { readonly address: string }>>,
  { endpoint }: Storage,
  targetFile = targetPath('local'),
): LocalTarget {
  const [fn] = functions;
  const alias = template.ofType('AWS::Lambda::Alias').find(({ ref }) => fn?.arns.includes(ref));
  const path = api.routes.find((route) => route.path)?.path ?? '/';
  const ownUrl = `${servers.api.address}${path}`;
  const onImageHost = fn?.variables.ORIGIN_SECRETS !== undefined;
  return {
    target: 'local',
    stage: fn?.variables.STAGE ?? 'local',
    region: template.account.region,
    imageUrl: servers.edge.address,
    apiUrl: onImageHost ? `${servers.edge.address}${path}` : ownUrl,
    ...(onImageHost && { apiOwnUrl: ownUrl }),
    websiteUrl: servers.website.address,
    buckets: { originals: buckets.originals, derivatives: buckets.derivatives },
    function: { name: fn?.name ?? '', alias: String(alias?.properties.Name ?? '$LATEST') },
    distributionId: distribution.ref,
    cloudFront: { endpoint: servers.cloudFrontApi.address },
    s3: { endpoint, profile, credentialsFile: targetFile.replace(/(\.json)?$/, '.credentials') },
  };
}

/** Writes the target file and its credentials file. Returns a function that removes both. */
function publishTarget(path: string, target: LocalTarget, { owner }: Pick<Storage, 'owner'>): () => void {
  const { credentialsFile } = target.s3;
  const lines = [
    `[${profile}]`,
    `aws_access_key_id = ${owner.accessKeyId}`,
    `aws_secret_access_key = ${owner.secretAccessKey}`,
    `region = ${target.region}`,
  ];
  mkdirSync(dirname(path), { recursive: true });
  // An existing file would keep its mode.
  rmSync(credentialsFile, { force: true });
  writeFileSync(credentialsFile, `${lines.join('\n')}\n`, { mode: 0o600 });
  writeTarget(target, path);
  return () => {
    for (const file of [path, credentialsFile]) rmSync(file, { force: true });
  };
}
