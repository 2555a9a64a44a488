import { type Bus, createBus } from '../aws/chain-events.ts';
import { type Clock, createClock } from '../aws/clock.ts';
import type { InvalidationDelays } from '../aws/cloudfront/invalidations.ts';
import type { CloudFrontSwitches } from '../aws/cloudfront/time-to-live.ts';
import { createHosts, type Hosts } from '../aws/http/hosts.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../aws/http/http.ts';
import type { ApiSwitches } from '../aws/http-api/http-api.ts';
import type { Invoke, InvokeResult } from '../aws/lambda/lambda.ts';
import { createLogGroups, type LogGroups } from '../aws/logs.ts';
import type { BucketEvent } from '../aws/s3/bucket-events.ts';
import { createFaults, type Faults } from '../aws/s3/faults.ts';
import { createTimers, type Timers } from '../aws/timers.ts';
import type { WebsiteSwitches } from '../aws/website/website-handler.ts';

/** Run in place of the viewers' requests to the edge, and of the calls of API and queues to Lambda. None at first. */
export interface Interceptors {
  viewer?: (request: HttpRequest, edge: HttpHandler) => Promise<HttpResponse>;
  invoke?: (call: Parameters<Invoke>, lambda: Invoke) => Promise<InvokeResult>;
  consume?: (call: Parameters<Invoke>, lambda: Invoke) => Promise<InvokeResult>;
}

/** What takes its time on AWS, in milliseconds of the chain's clock. Tests and faults replace them. */
export interface Delays {
  /** From S3's event to each queue. Several numbers deliver it several times, none loses it. */
  delivery: (event: BucketEvent, queueArn: string) => readonly number[];
  /** From a visible message to its receipt by the event source mapping. */
  poll: () => number;
  invalidation: () => InvalidationDelays;
}

/** AWS promises none of them but the last: 95 % of invalidations by tag (announcement of April 2026). */
const statedDelays: Delays = {
  delivery: () => [1_000],
  poll: () => 200,
  invalidation: () => ({ effectiveMilliseconds: 5_000, completeMilliseconds: 25_000 }),
};

/** Shared by all parts of a running chain. */
export interface ChainContext {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly delays: Delays;
  readonly events: Bus;
  readonly logs: LogGroups;
  readonly faults: Faults;
  readonly interceptors: Interceptors;
  readonly hosts: Hosts;
  /** Read again with every request. */
  readonly switches: Switches;
  setSwitch<Name extends keyof Switches>(name: Name, value: Switches[Name]): void;
  log(group: string, line: string): void;
  /** Runs when the chain stops, the last one first. */
  onStop(stop: () => Promise<void> | void): void;
  stop(): Promise<void>;
}

export function createContext(clock: Clock = createClock(), chosen: Partial<Switches> = {}): ChainContext {
  const events = createBus(clock);
  const logs = createLogGroups(clock);
  const switches = { ...likelySwitches, ...chosen };
  const stops: (() => Promise<void> | void)[] = [];
  let stopped: Promise<void> | undefined;

  async function stopAll(): Promise<void> {
    for (const stop of stops.splice(0).reverse()) await stop();
  }

  return {
    clock,
    timers: createTimers(clock),
    delays: { ...statedDelays },
    events,
    logs,
    faults: createFaults(),
    interceptors: {},
    hosts: createHosts(),
    switches,
    setSwitch(name, value) {
      switches[name] = value;
      events.emit({ kind: 'switch', name, value: String(value) });
    },
    log(group, line) {
      logs.write(group, line);
      events.emit({ kind: 'log', group, line });
    },
    onStop: (stop) => void stops.push(stop),
    stop() {
      stopped ??= stopAll();
      return stopped;
    },
  };
}

/** Facts about AWS that no public source settles. Every setting is tested. The first deploy shows which ones are true. */
export type Switches = WebsiteSwitches & CloudFrontSwitches & ApiSwitches;

export const likelySwitches: Switches = {
  locationEncoding: 'twice',
  missingKey: '404',
  queryInLocation: false,
  redirectCaching: 'documented',
  responseUri: 'rewritten',
  lambdaThrottled: '503',
};
