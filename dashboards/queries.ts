/** Logs Insights queries of page 2. Field names are those of the log lines (`src/adapters/powertools-telemetry.ts`). */

export type LogName = 'resize' | 'api' | 'edge' | 'canary';

export interface LogQuery {
  readonly log: LogName;
  readonly query: string;
}

const lines = (...commands: readonly string[]) => commands.join('\n| ');

export const queries = {
  loopingKeys: {
    log: 'resize',
    query: lines(
      'filter LoopSuspects = 1',
      'stats count(*) as calls, min(TargetAgeSeconds) as youngestSeconds, max(@timestamp) as last by key, preset',
      'sort calls desc',
      'limit 20',
    ),
  },
  redirectedMost: {
    log: 'edge',
    query: lines(
      'filter @message like /EdgeRedirect/',
      'parse @message \'"status":*,\' as status',
      'parse @message \'"uri":"*"\' as uri',
      'stats count(*) as redirects, max(@timestamp) as last by uri, status',
      'sort redirects desc',
      'limit 20',
    ),
  },
  missingOriginals: {
    log: 'resize',
    query: lines(
      'filter OriginalMissing = 1',
      'stats count(*) as calls, max(@timestamp) as last by key',
      'sort calls desc',
      'limit 20',
    ),
  },
  faults: {
    log: 'resize',
    query: lines(
      "filter level = 'ERROR'",
      'stats count(*) as calls, max(@timestamp) as last by code, message',
      'sort calls desc',
      'limit 20',
    ),
  },
  refusals: {
    log: 'resize',
    query: lines(
      'filter Refused = 1 or OriginalBroken = 1',
      'stats count(*) as calls, max(@timestamp) as last by code, preset',
      'sort calls desc',
      'limit 20',
    ),
  },
  presets: {
    log: 'resize',
    query: lines(
      'filter Resized = 1',
      'stats count(*) as generated, pct(TotalMs, 95) as p95Ms, avg(InBytes) as originalBytes, avg(OutBytes) as bytes by preset',
      'sort generated desc',
      'limit 40',
    ),
  },
  slowestKeys: {
    log: 'resize',
    query: lines(
      'filter Resized = 1',
      'stats max(TotalMs) as ms, max(GetMs) as getMs, max(ResizeMs) as resizeMs, max(PutMs) as putMs, max(InBytes) as originalBytes by key, preset',
      'sort ms desc',
      'limit 20',
    ),
  },
  callers: {
    log: 'api',
    query: lines(
      'stats count(*) as calls, max(@timestamp) as last by sourceIp, status, userAgent',
      'sort calls desc',
      'limit 20',
    ),
  },
  canaryRuns: {
    log: 'canary',
    query: lines(
      'filter ispresent(CanaryFailures)',
      'fields @timestamp, CanaryFailures, CanaryMs, statuses, faults, key',
      'sort @timestamp desc',
      'limit 20',
    ),
  },
} as const satisfies Record<string, LogQuery>;

export type QueryName = keyof typeof queries;
