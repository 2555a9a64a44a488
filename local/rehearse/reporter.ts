import type { Incident } from './incidents.ts';
import { pageAlarm, type Transition } from './rig.ts';

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
