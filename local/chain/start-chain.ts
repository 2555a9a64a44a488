import type { Bus } from '../aws/chain-events.ts';
import type { Clock } from '../aws/clock.ts';
import type { CloudFront } from '../aws/cloudfront/cloudfront.ts';
import { type CloudWatch, createCloudWatch } from '../aws/cloudwatch/cloudwatch.ts';
import { createSchedules, type Schedules } from '../aws/eventbridge/schedules.ts';
import type { Lambda } from '../aws/lambda/lambda.ts';
import type { LogGroups } from '../aws/logs.ts';
import type { Faults } from '../aws/s3/faults.ts';
import { removeExpired } from '../aws/s3/lifecycle.ts';
import { createWorld, type World } from './context.ts';
import { createStations, open, type Stations } from './endpoints.ts';
import { createInvocationWatch, invokeAny, type LambdaChoice, startLambdas } from './lambdas.ts';
import { type ChainParts, readChainParts, type TemplateChoice } from './read-parts.ts';
import { type Storage, type StorageChoice, startStorage } from './storage.ts';
import type { Switches } from './switches.ts';
import { profile, type Target, writeTarget } from './target-file.ts';

export interface ChainOptions extends TemplateChoice, StorageChoice, LambdaChoice {
  /** 0 or nothing takes free ones. */
  readonly edgePort?: number;
  readonly apiPort?: number;
  readonly websitePort?: number;
  readonly switches?: Partial<Switches>;
  readonly clock?: Clock;
  /** Where the file goes that tells others of this chain, and the credentials of its S3 beside it. */
  readonly targetFile?: string;
  readonly progress?: (step: string) => void;
}

export interface Chain {
  readonly edge: { readonly address: string; readonly host: string } & Pick<
    CloudFront,
    'invalidate' | 'forget' | 'remember'
  >;
  readonly api: { readonly address: string; readonly host: string /** Of the first route. */; readonly url: string };
  readonly website: { readonly address: string; readonly host: string };
  readonly s3: Pick<Storage, 'endpoint' | 'owner'> & { readonly server: string } & ChainParts['buckets'];
  /** The one that the API calls. */
  readonly lambda: Lambda;
  readonly lambdas: readonly Lambda[];
  readonly parts: ChainParts;
  readonly stations: Pick<Stations, 'parts' | 'change'>;
  readonly between: World['between'];
  readonly target: Target;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly logs: LogGroups;
  readonly cloudWatch: CloudWatch;
  readonly schedules: Schedules;
  readonly events: Bus;
  readonly switches: Switches;
  readonly setSwitch: World['setSwitch'];
  /** Removes from S3 what has expired by the chain's clock. */
  expire(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts the chain step by step; when a step fails, those before it are taken back. */
export async function startChain(options: ChainOptions): Promise<Chain> {
  const world = createWorld(options.clock, options.switches);
  const progress = options.progress ?? (() => {});
  try {
    progress('reading the template');
    const parts = readChainParts(options);

    const cloudWatch = createCloudWatch(parts.template, world);
    world.onStop(cloudWatch.stop);

    progress('starting S3');
    const storage = await startStorage(parts, world, options);

    progress('starting Lambda');
    const lambdas = startLambdas(parts, world, storage, options);

    progress('opening the doors');
    const invoke = invokeAny(lambdas);
    const watch = createInvocationWatch(world);
    const stations = createStations(
      options,
      parts,
      world,
      storage,
      watch((...call) => world.between.invoke?.(call, invoke) ?? invoke(...call)),
    );
    const { website, api, edge } = stations;
    const doors = {
      website: await open(website, [parts.websiteHost], options.websitePort ?? 0, world),
      api: await open(api, [parts.api.domainName], options.apiPort ?? 0, world, ','),
      edge: await open(edge, parts.distributionHosts, options.edgePort ?? 0, world),
    };

    const target = targetOf(parts, doors, storage, options.targetFile);
    if (options.targetFile !== undefined) world.onStop(writeTarget(options.targetFile, target, storage.owner));
    const [lambda] = lambdas;
    if (!lambda) throw new Error('The template has no AWS::Lambda::Function: expected one');
    return {
      edge: {
        address: doors.edge.address,
        host: parts.distributionHosts[0] ?? '',
        invalidate: edge.invalidate,
        forget: edge.forget,
        remember: edge.remember,
      },
      api: { address: doors.api.address, host: parts.api.domainName, url: target.apiUrl },
      website: { address: doors.website.address, host: parts.websiteHost },
      s3: { endpoint: storage.endpoint, owner: storage.owner, server: storage.server.name, ...parts.buckets },
      lambda,
      lambdas,
      parts,
      stations,
      between: world.between,
      target,
      clock: world.clock,
      faults: world.faults,
      logs: world.logs,
      cloudWatch,
      schedules: createSchedules({
        rules: parts.scheduleRules,
        permissions: parts.permissions,
        account: parts.template.account,
        clock: world.clock,
        invoke: watch(invoke),
      }),
      events: world.events,
      switches: world.switches,
      setSwitch: world.setSwitch,
      expire: () =>
        removeExpired({
          rules: parts.expiryRules,
          s3: storage.lifecycle,
          clock: world.clock,
          onExpired: (bucket, keys) => world.events.emit({ kind: 'expired', bucket, keys }),
        }),
      stop: world.stop,
    };
  } catch (error) {
    await world.stop();
    throw error;
  }
}

function targetOf(
  { api, buckets, distribution, functions, template }: ChainParts,
  doors: Readonly<Record<'edge' | 'api' | 'website', { readonly address: string }>>,
  { endpoint }: Storage,
  targetFile = '.cache/targets/local.json',
): Target {
  const [fn] = functions;
  const alias = template.resources.find(({ type, ref }) => type === 'AWS::Lambda::Alias' && fn?.arns.includes(ref));
  const path = api.routes.find(({ segments }) => segments)?.segments?.join('/') ?? '';
  const stage = api.stage === '$default' ? '' : `/${api.stage}`;
  return {
    target: 'local',
    stage: fn?.variables.STAGE ?? 'local',
    region: template.account.region,
    imageUrl: doors.edge.address,
    apiUrl: `${doors.api.address}${stage}/${path}`,
    websiteUrl: doors.website.address,
    buckets: { originals: buckets.originals, derivatives: buckets.derivatives },
    function: { name: fn?.name ?? '', alias: String(alias?.properties.Name ?? '$LATEST') },
    distributionId: distribution.ref,
    s3: { endpoint, profile, credentialsFile: targetFile.replace(/(\.json)?$/, '.credentials') },
  };
}
