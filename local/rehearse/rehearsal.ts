import type { RejectedLine } from '../cloudwatch/cloudwatch.ts';
import type { Incident } from './incident.ts';
import { day, night } from './load.ts';
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

/** The walker's alarm is red until its second walk. */
const mostCalmMinutes = 30;
/** Of the day, before the fault: every alarm has something to judge. */
const dayMinutes = 4;
/** How long viewers go on as by day afterwards; then the night comes, in which long windows run out. */
const dayAfterMinutes = 5;
const longestHealing = 180;

/** Calm, the fault, its healing, and until all is calm again. */
export async function rehearse(incident: Incident, options: SceneOptions, audience: Audience): Promise<Rehearsal> {
  const scene = await startScene(options);
  try {
    audience.started();
    const fault = await incident.faultIn(scene);
    await calmDown(scene);
    const redBefore = scene.red();
    const red = new Map<string, number>();
    const ok = new Map<string, number>();

    await fault.inject();
    audience.injected();
    for (let minutes = 1; minutes <= incident.minutes; minutes += 1) {
      for (const turn of await scene.playMinute({ ...day, ...incident.load }, fault.meanwhile)) {
        audience.turned(turn, minutes);
        if (turn.isRed && !red.has(turn.alarm)) red.set(turn.alarm, minutes);
      }
    }
    await fault.heal();
    audience.healed();
    for (
      let minutes = 1;
      minutes <= dayAfterMinutes || (scene.red().length > 0 && minutes <= longestHealing);
      minutes += 1
    ) {
      for (const turn of await scene.playMinute(minutes <= dayAfterMinutes ? day : night)) {
        audience.turned(turn, minutes);
        if (!turn.isRed) ok.set(turn.alarm, minutes);
        else if (!red.has(turn.alarm)) red.set(turn.alarm, incident.minutes + minutes);
      }
    }
    return { red, redBefore, ok, stillRed: scene.red(), rejected: scene.chain.cloudWatch.rejected() };
  } finally {
    await scene.stop();
  }
}

/** A quiet night until no alarm is red, and a little of the day. */
export async function calmDown(scene: Scene): Promise<void> {
  for (let minutes = 0; minutes === 0 || (scene.red().length > 0 && minutes < mostCalmMinutes); minutes += 1) {
    await scene.playMinute(night);
  }
  for (let minutes = 0; minutes < dayMinutes; minutes += 1) await scene.playMinute(day);
}
