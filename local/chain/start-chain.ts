import type { Bus } from '../aws/chain-events.ts';
import type { Clock } from '../aws/clock.ts';
import type { CloudFront } from '../aws/cloudfront/cloudfront.ts';
import { type CloudWatch, createCloudWatch } from '../aws/cloudwatch/cloudwatch.ts';
import { createSchedules, type Schedules } from '../aws/eventbridge/schedules.ts';
import type { Lambda } from '../aws/lambda/lambda.ts';
import type { LogGroups } from '../aws/logs.ts';
import type { Faults } from '../aws/s3/faults.ts';
import { removeExpired } from '../aws/s3/lifecycle.ts';
import { type ChainContext, createContext } from './context.ts';
import { createEndpoints, type Endpoints, open } from './endpoints.ts';
import { createInvocationWatch, invokeAny, type LambdaChoice, startLambdas } from './lambdas.ts';
import { type ChainParts, readChainParts, type TemplateChoice } from './read-parts.ts';
import { type Storage, type StorageChoice, startStorage } from './storage.ts';
import type { Switches } from './switches.ts';
import { describeTarget, type LocalTarget, publishTarget } from './target.ts';

export interface ChainOptions extends TemplateChoice, StorageChoice, LambdaChoice {
  /** 0 or nothing takes free ones. */
  readonly edgePort?: number;
  readonly apiPort?: number;
  readonly websitePort?: number;
  readonly switches?: Partial<Switches>;
  readonly clock?: Clock;
  /** The target file to write; the credentials of S3 are written beside it. */
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
  readonly s3: Pick<Storage, 'endpoint' | 'owner' | 'store'> & ChainParts['buckets'];
  /** The one that the API calls. */
  readonly lambda: Lambda;
  readonly lambdas: readonly Lambda[];
  readonly parts: ChainParts;
  readonly endpoints: Pick<Endpoints, 'parts' | 'change'>;
  readonly interceptors: ChainContext['interceptors'];
  readonly target: LocalTarget;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly logs: LogGroups;
  readonly cloudWatch: CloudWatch;
  readonly schedules: Schedules;
  readonly events: Bus;
  readonly switches: Switches;
  readonly setSwitch: ChainContext['setSwitch'];
  /** Removes from S3 what has expired by the chain's clock. */
  expire(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts the chain step by step; when a step fails, those before it are taken back. */
export async function startChain(options: ChainOptions): Promise<Chain> {
  const context = createContext(options.clock, options.switches);
  const progress = options.progress ?? (() => {});
  try {
    progress('reading the template');
    const parts = readChainParts(options);

    const cloudWatch = createCloudWatch(parts.template, context);
    context.onStop(cloudWatch.stop);

    progress('starting S3');
    const storage = await startStorage(parts, context, options);

    progress('starting Lambda');
    const lambdas = startLambdas(parts, context, storage, options);

    progress('opening the endpoints');
    const invoke = invokeAny(lambdas);
    const watch = createInvocationWatch(context);
    const handlers = createEndpoints(
      options,
      parts,
      context,
      storage.store,
      watch((...call) => context.interceptors.invoke?.(call, invoke) ?? invoke(...call)),
    );
    const { website, api, edge } = handlers;
    const servers = {
      website: await open(website, [parts.websiteHost], options.websitePort ?? 0, context),
      api: await open(api, [parts.api.domainName], options.apiPort ?? 0, context, ','),
      edge: await open(edge, parts.distributionHosts, options.edgePort ?? 0, context),
    };

    const target = describeTarget(parts, servers, storage, options.targetFile);
    if (options.targetFile !== undefined) context.onStop(publishTarget(options.targetFile, target, storage));
    const [lambda] = lambdas;
    if (!lambda) throw new Error('The template has no AWS::Lambda::Function: expected one');
    return {
      edge: {
        address: servers.edge.address,
        host: parts.distributionHosts[0] ?? '',
        invalidate: edge.invalidate,
        forget: edge.forget,
        remember: edge.remember,
      },
      api: { address: servers.api.address, host: parts.api.domainName, url: target.apiUrl },
      website: { address: servers.website.address, host: parts.websiteHost },
      s3: { endpoint: storage.endpoint, owner: storage.owner, store: storage.store, ...parts.buckets },
      lambda,
      lambdas,
      parts,
      endpoints: handlers,
      interceptors: context.interceptors,
      target,
      clock: context.clock,
      faults: context.faults,
      logs: context.logs,
      cloudWatch,
      schedules: createSchedules({
        rules: parts.scheduleRules,
        permissions: parts.permissions,
        account: parts.template.account,
        clock: context.clock,
        invoke: watch(invoke),
      }),
      events: context.events,
      switches: context.switches,
      setSwitch: context.setSwitch,
      expire: () =>
        removeExpired({
          rules: parts.expiryRules,
          store: storage.store,
          clock: context.clock,
          onExpired: (bucket, keys) => context.events.emit({ kind: 'expired', bucket, keys }),
        }),
      stop: context.stop,
    };
  } catch (error) {
    await context.stop();
    throw error;
  }
}
