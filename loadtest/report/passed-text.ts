import type { ScenarioReport } from './scenario-report.ts';

/** What a run has shown when nothing speaks against it, in one line. */
export function passedText(scenarios: readonly ScenarioReport[]): string {
  return scenarios.map(one).join('; ');
}

function one({ name, views, rows, hits }: ScenarioReport): string {
  const [first] = rows;
  const parts = [
    `${views} views`,
    ...(hits ? [`${(100 * hits.measured).toFixed(1)} % hits`] : []),
    ...(hits?.predicted !== undefined && name !== 'warm-hit'
      ? [`${(100 * hits.predicted).toFixed(1)} % predicted`]
      : []),
    ...(first ? [`${first.name} p95 ${Math.round(first.p95)} ms`] : []),
  ];
  return `${name} ${parts.join(', ')}`;
}
