import type { RejectedLine } from '../aws/cloudwatch/publish/emf.ts';
import type { Incident } from './incident.ts';
import { day, evening, type Load, night } from './load.ts';
import { type Scene, type SceneOptions, startScene, type Turn } from './scene.ts';

/** What came of an incident. Minutes are those of the chain's clock. */
export interface Rehearsal {
  /** Alarm and minutes from the fault to red, in the order in which they turned red. */
  readonly red: ReadonlyMap<string, number>;
  /** Red although nothing was broken yet. */
  readonly redBefore: readonly string[];
  /** Alarm and minutes from healing until it was red no more. */
  readonly ok: ReadonlyMap<string, number>;
  readonly stillRed: readonly string[];
  /** Lines of metrics that CloudWatch would not take. */
  readonly rejected: readonly RejectedLine[];
}

/** What is heard of it while it is played. */
export interface Audience {
  started(): void;
  injected(): void;
  /** So many minutes after the fault, or after it was healed. */
  turned(turn: Turn, minutes: number): void;
  healed(): void;
}

/** The canary has walked twice by then. */
const leastCalmMinutes = 11;
const mostCalmMinutes = 30;
/** Then viewers come, so that every alarm has something to judge; the fault comes when the canary has just gone. */
const eveningMinutes = 5;
/** How long they go on coming afterwards; then it is night again, in which long windows run out. */
const eveningAfterMinutes = 5;
const longestHealing = 180;

/** Calm, the fault, its healing, and until all is calm again. */
export async function rehearse(
  incident: Incident,
  options: SceneOptions,
  audience: Audience,
  signal: AbortSignal = new AbortController().signal,
): Promise<Rehearsal> {
  const scene = await startScene(options);
  const red = new Map<string, number>();
  const ok = new Map<string, number>();

  async function play(load: Load, minutes: number, more?: () => Promise<void>): Promise<readonly Turn[]> {
    signal.throwIfAborted();
    const turns = await scene.playMinute(load, more);
    for (const turn of turns) audience.turned(turn, minutes);
    return turns;
  }

  try {
    audience.started();
    const fault = await incident.faultIn(scene);
    await calmDown(scene);
    const redBefore = scene.red();

    await fault.inject();
    audience.injected();
    for (let minutes = 1; minutes <= incident.minutes; minutes += 1) {
      for (const { alarm, isRed } of await play({ ...day, ...incident.load }, minutes, fault.meanwhile)) {
        if (isRed && !red.has(alarm)) red.set(alarm, minutes);
      }
    }
    await fault.heal();
    audience.healed();
    for (let minutes = 1; isHealing(minutes, scene); minutes += 1) {
      for (const { alarm, isRed } of await play(minutes <= eveningAfterMinutes ? evening : night, minutes)) {
        if (!isRed) ok.set(alarm, minutes);
        else if (!red.has(alarm)) red.set(alarm, incident.minutes + minutes);
      }
    }
    return { red, redBefore, ok, stillRed: scene.red(), rejected: scene.chain.cloudWatch.rejected() };
  } finally {
    await scene.stop();
  }
}

function isHealing(minutes: number, scene: Scene): boolean {
  return minutes <= eveningAfterMinutes || (scene.red().length > 0 && minutes <= longestHealing);
}

/** A quiet night until no alarm is red, and the viewers of an evening. */
export async function calmDown(scene: Scene): Promise<void> {
  for (let minutes = 0; minutes < mostCalmMinutes; minutes += 1) {
    if (minutes >= leastCalmMinutes && scene.red().length === 0) break;
    await scene.playMinute(night);
  }
  for (let minutes = 0; minutes < eveningMinutes; minutes += 1) await scene.playMinute(evening);
}
