import { type Bus, createBus } from '../aws/chain-events.ts';
import { type Clock, createClock } from '../aws/clock.ts';
import type { CloudFrontSwitches } from '../aws/cloudfront/time-to-live.ts';
import { createHosts, type Hosts } from '../aws/http/hosts.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../aws/http/http.ts';
import type { ApiSwitches } from '../aws/http-api/http-api.ts';
import type { Invoke, InvokeResult } from '../aws/lambda/lambda.ts';
import { createLogGroups, type LogGroups } from '../aws/logs.ts';
import { createFaults, type Faults } from '../aws/s3/faults.ts';
import type { WebsiteSwitches } from '../aws/website/website-handler.ts';

/** Run in place of the viewers' requests to the edge and of the API's calls to Lambda. None at first. */
export interface Interceptors {
  viewer?: (request: HttpRequest, edge: HttpHandler) => Promise<HttpResponse>;
  invoke?: (call: Parameters<Invoke>, lambda: Invoke) => Promise<InvokeResult>;
}

/** Shared by all parts of a running chain. */
export interface ChainContext {
  readonly clock: Clock;
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
