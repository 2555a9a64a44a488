import type { RejectedLine } from '../aws/cloudwatch/publish/emf.ts';
import type { Incident } from './incidents.ts';
import { createPanelWatch, type PanelReport } from './panels.ts';
import { pageAlarm, type Rig, type RigOptions, startRig, type Transition } from './rig.ts';
import { day, evening, night, type Traffic } from './traffic.ts';

/** The result of an incident. Minutes are those of the chain's clock. */
export interface Rehearsal {
  /** Minutes from the fault until each alarm turned red, in that order. */
  readonly red: ReadonlyMap<string, number>;
  /** Alarms that were red before the fault. */
  readonly redBefore: readonly string[];
  /** Minutes from the repair until each alarm was OK. */
  readonly ok: ReadonlyMap<string, number>;
  readonly stillRed: readonly string[];
  /** Metric lines that CloudWatch rejects. */
  readonly rejected: readonly RejectedLine[];
  /** What the dashboards have shown since the fault. */
  readonly panels: PanelReport;
}

/** After that the canary has run twice. */
const minCalmMinutes = 11;
const maxCalmMinutes = 30;
/** Traffic before the fault, which so comes just after the canary. */
const eveningMinutes = 5;
/** Traffic after the repair; then it is night, in which long windows end. */
const eveningMinutesAfter = 5;
const maxRepairMinutes = 180;

/** Plays an incident: calm, the fault, its repair, and calm again. */
export async function rehearse(
  incident: Incident,
  options: RigOptions,
  reporter: Reporter,
  signal: AbortSignal = new AbortController().signal,
): Promise<Rehearsal> {
  const rig = await startRig(options);
  const panels = createPanelWatch(rig.chain);
  const red = new Map<string, number>();
  const ok = new Map<string, number>();

  async function play(traffic: Traffic, minutes: number, more?: () => Promise<void>): Promise<readonly Transition[]> {
    signal.throwIfAborted();
    const transitions = await rig.playMinute(traffic, more);
    for (const transition of transitions) reporter.transition(transition, minutes);
    panels.read();
    return transitions;
  }

  try {
    reporter.started();
    const fault = await prepareFault(incident, rig);
    await calmDown(rig);
    const redBefore = rig.redAlarms();

    await fault.inject();
    reporter.injected();
    for (let minutes = 1; minutes <= incident.minutes; minutes += 1) {
      for (const { alarm, isRed } of await play({ ...day, ...incident.traffic }, minutes, fault.everyMinute)) {
        if (isRed && !red.has(alarm)) red.set(alarm, minutes);
      }
    }
    await fault.repair();
    reporter.repaired();
    const isOver = (minutes: number) =>
      minutes > eveningMinutesAfter && (rig.redAlarms().length === 0 || minutes > maxRepairMinutes);
    for (let minutes = 1; !isOver(minutes); minutes += 1) {
      for (const { alarm, isRed } of await play(minutes <= eveningMinutesAfter ? evening : night, minutes)) {
        if (!isRed) ok.set(alarm, minutes);
        else if (!red.has(alarm)) red.set(alarm, incident.minutes + minutes);
      }
    }
    return {
      red,
      redBefore,
      ok,
      stillRed: rig.redAlarms(),
      rejected: rig.chain.cloudWatch.rejected(),
      panels: panels.report(),
    };
  } finally {
    await rig.stop();
  }
}

/** An incident in a chain, while nothing is wrong yet. */
export interface Fault {
  inject(): Promise<void>;
  readonly everyMinute?: () => Promise<void>;
  repair(): Promise<void>;
}

export async function prepareFault({ setup = {}, prepare }: Incident, rig: Rig): Promise<Fault> {
  const prepared = await prepare?.(rig);
  return {
    inject: () => rig.control.set(setup),
    ...(prepared && { everyMinute: prepared.everyMinute }),
    async repair() {
      await rig.control.reset();
      await prepared?.repair();
    },
  };
}

/** Plays night until no alarm is red, then an evening. */
export async function calmDown(rig: Rig): Promise<void> {
  for (let minutes = 0; minutes < maxCalmMinutes; minutes += 1) {
    if (minutes >= minCalmMinutes && rig.redAlarms().length === 0) break;
    await rig.playMinute(night);
  }
  for (let minutes = 0; minutes < eveningMinutes; minutes += 1) await rig.playMinute(evening);
}

/** Prints what happens in a rehearsal, as it happens. */
export interface Reporter {
  started(): void;
  injected(): void;
  /** `minutes` after the fault or, once it is repaired, after the repair. */
  transition(transition: Transition, minutes: number): void;
  repaired(): void;
}

export function createReporter(name: string, incident: Incident, print: (line: string) => void): Reporter {
  const { title, description, pages, tickets } = incident;
  const kindOf = (alarm: string): string => {
    if (alarm === pageAlarm) return 'notifies on-call';
    if (pages.includes(alarm)) return 'page';
    return tickets.includes(alarm) ? 'ticket' : 'not expected';
  };
  // Lines of several incidents are mixed.
  const line = (text: string) => print(`${name.padEnd(20)}${text}`);
  const at = (minutes: number, text: string) => line(`${String(minutes).padStart(4)} min  ${text}`);
  return {
    started: () => line(`${title}. ${description}`),
    injected: () => at(0, 'fault injected'),
    transition: ({ alarm, isRed }, minutes) => at(minutes, `${alarm} is ${isRed ? `red (${kindOf(alarm)})` : 'OK'}`),
    repaired: () => at(0, 'repaired'),
  };
}
