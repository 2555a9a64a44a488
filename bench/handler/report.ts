/** The tables of bench-handler. Pure. */
import { markdownTable } from 'markdown-table';
import { median } from 'simple-statistics';
import { middleHalf, ratiosByRound } from '../statistics.ts';
import { jobs } from './jobs.ts';
import type { Measured, Side, Starts } from './measure.ts';

export interface Goal {
  readonly what: string;
  readonly actual: number;
  readonly atMost: number;
}

/** One 12 MP image in a fresh process. */
const mostMegabytes = 185;
/** Of the time of a handler by hand, from the start of the process to the first answer. */
const mostOfStart = 1.03;

export function goalsOf(measured: readonly Measured[], starts: Starts): Goal[] {
  const goals = measured.map((one) => ({
    what: `${one.job}, service / bare sharp`,
    actual: median(ratios(one, 'service')),
    atMost: jobs[one.job].goal,
  }));
  const { milliseconds, peakRssMegabytes } = starts;
  const start = median(milliseconds.service) / median(milliseconds.byHand);
  return [
    ...goals,
    { what: 'cold start, service / by hand', actual: start, atMost: mostOfStart },
    { what: 'peak MB of a first J1', actual: median(peakRssMegabytes.service), atMost: mostMegabytes },
  ];
}

export const isMet = ({ actual, atMost }: Goal) => round(actual, atMost) <= atMost;

/** As precise as it is printed. */
const round = (value: number, atMost: number) => Number(value.toFixed(atMost < 10 ? 2 : 0));

/** The nine jobs, with the ladder from bare sharp to the service. */
function jobTable(measured: readonly Measured[]): string {
  const head = ['', 'CPU time of', 'bare sharp', 'control', 'S3 by hand', 'service', 'goal', 'kB', 'SSIM'];
  const lines = measured.map((one) => {
    const { bare, service } = one.images;
    const ratio = (side: Side) => median(ratios(one, side)).toFixed(2);
    const { lower, upper } = middleHalf(ratios(one, 'service'));
    return [
      one.job,
      jobs[one.job].what,
      `${median([...one.cpuMilliseconds.bare]).toFixed(1)} ms`,
      ratio('control'),
      ratio('byHand'),
      `**${ratio('service')}** (${lower.toFixed(2)}–${upper.toFixed(2)})`,
      `≤ ${jobs[one.job].goal.toFixed(2)}`,
      `${kilobytes(bare.bytes)} → ${kilobytes(service.bytes)}`,
      `${bare.similarity.toFixed(4)} → ${service.similarity.toFixed(4)}`,
    ];
  });
  return markdownTable([head, ...lines], { align: ['l', 'l', 'r', 'r', 'r', 'r', 'r', 'r', 'r'] });
}

const kilobytes = (bytes: number) => (bytes / 1000).toFixed(bytes < 100_000 ? 1 : 0);

function startTable({ milliseconds, peakRssMegabytes }: Starts): string {
  const line = (what: string, unit: string, theirs: readonly number[], ours: readonly number[], goal: string) => [
    what,
    `${median([...theirs]).toFixed(0)} ${unit}`,
    `${median([...ours]).toFixed(0)} ${unit}`,
    goal,
  ];
  return markdownTable([
    ['A fresh process', 'by hand', 'service', 'goal'],
    line('start to the first answer (J8)', 'ms', milliseconds.byHand, milliseconds.service, `≤ ${mostOfStart} ×`),
    line(
      'peak memory of a first J1 (by hand: bare sharp)',
      'MB',
      peakRssMegabytes.bare,
      peakRssMegabytes.service,
      `≤ ${mostMegabytes} MB`,
    ),
  ]);
}

export function handlerReport(measured: readonly Measured[], starts: Starts): string {
  return [jobTable(measured), startTable(starts), verdict(goalsOf(measured, starts))].join('\n\n');
}

function verdict(goals: readonly Goal[]): string {
  const missed = goals.filter((goal) => !isMet(goal));
  const list = missed.map((goal) => `${goal.what} ${round(goal.actual, goal.atMost)} (≤ ${goal.atMost})`);
  return `${goals.length - missed.length} of ${goals.length} goals are met${list.length > 0 ? `; missed: ${list.join('; ')}` : ''}.`;
}

function ratios({ cpuMilliseconds }: Measured, side: Side): number[] {
  return ratiosByRound(cpuMilliseconds[side], cpuMilliseconds.bare);
}
