import { percentile, presetSum } from '../metrics/series.ts';
import type { Page } from '../page.ts';
import type { Settings } from '../settings.ts';

/** Page 2: keys, presets and callers. Its tables read logs, which costs money at each refresh, so they are not on page 1. */
export function whoAndWherePage(settings: Settings): Page {
  const { config, presets, canary } = settings;
  return {
    name: 'who-and-where',
    title: 'Who and where?',
    intro:
      'First choose the time of the incident at the top right: each refresh of a table reads the logs of that time, and ' +
      'costs money.',
    texts: 'above',
    rows: [
      {
        title: 'Looping keys',
        runbooks: [
          'redirect-loop',
          'loop-suspects',
          ...(config.countEdgeRedirects ? (['lost-redirects'] as const) : []),
        ],
        panels: [
          {
            kind: 'log',
            title: 'Keys that existed when the API was called',
            bad: 'one key many times: it loops. Many keys once each: something caches redirects',
            query: 'loopingKeys',
            width: 12,
          },
          ...(config.countEdgeRedirects
            ? [
                {
                  kind: 'log',
                  title: 'URLs redirected most at the edge',
                  bad: 'one URL many times that is not among the keys on the left: its viewers do not reach the API',
                  query: 'redirectedMost',
                  width: 12,
                } as const,
              ]
            : []),
        ],
      },
      {
        title: 'Age and callers',
        runbooks: ['loop-suspects'],
        panels: [
          {
            kind: 'graph',
            title: 'Age of existing derivatives',
            bad: 'weeks: a browser or a proxy cached a redirect. Seconds: two first viewers at once, which is healthy',
            lines: [
              { label: 'p50', value: percentile('TargetAgeSeconds', 50) },
              { label: 'p95', value: percentile('TargetAgeSeconds', 95) },
            ],
            axis: 's',
            width: 12,
          },
          {
            kind: 'log',
            title: 'Callers of the API',
            // CloudFront replaces User-Agent ("HTTP request headers and CloudFront behavior").
            bad:
              settings.apiOn === 'image-host'
                ? "a row that is not Amazon CloudFront calls API Gateway's own host; Amazon CloudFront is all viewers"
                : 'one address far above the others, or one that gets 429',
            query: 'callers',
            width: 12,
          },
        ],
      },
      {
        title: 'Faults and refusals',
        runbooks: ['missing-originals', 'error-budget-burn-fast', 'lambda-errors'],
        panels: [
          {
            kind: 'log',
            title: 'Originals that do not exist',
            bad: 'keys that should exist',
            query: 'missingOriginals',
            width: 8,
          },
          { kind: 'log', title: 'Faults', bad: 'any', query: 'faults', width: 8 },
          { kind: 'log', title: 'Refusals', bad: 'a new code', query: 'refusals', width: 8 },
        ],
      },
      {
        title: 'Presets and formats',
        runbooks: ['cold-latency'],
        panels: [
          {
            kind: 'graph',
            title: 'Requests by preset',
            bad: 'one that is not planned',
            lines: presets.map((preset) => ({ label: preset, value: presetSum(preset) })),
            axis: 'count',
            stacked: true,
            periodSeconds: 300,
            width: 8,
          },
          {
            kind: 'log',
            title: 'Derivatives by preset',
            bad: 'a p95 far above the others',
            query: 'presets',
            width: 8,
          },
          {
            kind: 'log',
            title: 'Slowest keys',
            bad: 'always the same key: look at the original',
            query: 'slowestKeys',
            width: 8,
          },
        ],
      },
      ...(canary
        ? [
            {
              title: 'Canary',
              runbooks: ['canary-failing'],
              panels: [
                {
                  kind: 'log',
                  title: 'Canary runs',
                  bad: 'faults say which hop was wrong',
                  query: 'canaryRuns',
                  width: 24,
                },
              ],
            } as const,
          ]
        : []),
    ],
  };
}
