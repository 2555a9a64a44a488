import { percentile, presetSum } from '../metrics/series.ts';
import type { Page } from '../page.ts';
import type { Settings } from '../settings.ts';

/** Page 2: names. Its tables read logs, which is paid for each time, so they are not on page 1. */
export function whoAndWherePage(settings: Settings): Page {
  const { config, presets, walks } = settings;
  return {
    name: 'who-and-where',
    title: 'Who and where?',
    intro:
      'Which keys, which presets, which callers. Choose the time of the trouble at the top right first: each refresh of a ' +
      'table reads the logs of that time and is charged for it.',
    texts: 'above',
    rows: [
      {
        title: 'Which keys go round?',
        runbooks: [
          'redirect-loop',
          'loop-suspects',
          ...(config.countEdgeRedirects ? (['lost-redirects'] as const) : []),
        ],
        panels: [
          {
            kind: 'log',
            title: 'Keys asked of the API though they exist',
            bad: 'one key many times: it loops. Many keys once each: something keeps redirects',
            query: 'loopingKeys',
            width: 12,
          },
          ...(config.countEdgeRedirects
            ? [
                {
                  kind: 'log',
                  title: 'Addresses redirected most at the edge',
                  bad: 'one address again and again that no key on the left answers: its viewers never reach the API',
                  query: 'redirectedMost',
                  width: 12,
                } as const,
              ]
            : []),
        ],
      },
      {
        title: 'How old were they?',
        runbooks: ['loop-suspects'],
        panels: [
          {
            kind: 'graph',
            title: 'Age of derivatives that were asked for again',
            bad: 'weeks: a browser or a proxy kept a redirect. Seconds: two first viewers at once, which is healthy',
            lines: [
              { label: 'p50', value: percentile('TargetAgeSeconds', 50) },
              { label: 'p95', value: percentile('TargetAgeSeconds', 95) },
            ],
            axis: 's',
            width: 12,
          },
          {
            kind: 'log',
            title: 'Who calls the API',
            bad: 'one address far above the others, or one that gets 429',
            query: 'callers',
            width: 12,
          },
        ],
      },
      {
        title: 'What fails, and what is refused?',
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
          { kind: 'log', title: 'Refusals', bad: 'a code that is new', query: 'refusals', width: 8 },
        ],
      },
      {
        title: 'Which presets and formats?',
        runbooks: ['cold-latency'],
        panels: [
          {
            kind: 'graph',
            title: 'Calls by preset',
            bad: 'one that nobody planned',
            lines: presets.map((preset) => ({ label: preset, value: presetSum(preset) })),
            axis: 'count',
            stacked: true,
            periodSeconds: 300,
            width: 8,
          },
          { kind: 'log', title: 'Made, by preset', bad: 'a p95 far above the others', query: 'presets', width: 8 },
          {
            kind: 'log',
            title: 'Slowest keys',
            bad: 'always the same key: look at the original',
            query: 'slowestKeys',
            width: 8,
          },
        ],
      },
      ...(walks
        ? [
            {
              title: 'What did the canary meet?',
              runbooks: ['canary-failing'],
              panels: [
                {
                  kind: 'log',
                  title: 'Walks',
                  bad: 'faults say which hop was wrong',
                  query: 'walks',
                  width: 24,
                },
              ],
            } as const,
          ]
        : []),
    ],
  };
}
