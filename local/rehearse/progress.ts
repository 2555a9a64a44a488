import { pageAlarm } from './alarm-names.ts';
import type { Incident } from './incident.ts';
import type { Audience } from './rehearsal.ts';

/** Tells what happens, as it happens: minutes are those of the chain's clock. */
export function tell(name: string, { title, says, pages, tickets }: Incident, say: (line: string) => void): Audience {
  const kinds = new Map([
    [pageAlarm, 'the page'],
    ...pages.map((alarm) => [alarm, 'page'] as const),
    ...tickets.map((alarm) => [alarm, 'ticket'] as const),
  ]);
  // Several are played at the same time.
  const tellOf = (text: string) => say(`${name.padEnd(20)}${text}`);
  const at = (minutes: number, text: string) => tellOf(`${String(minutes).padStart(4)} min  ${text}`);
  return {
    started: () => tellOf(`${title}. ${says}`),
    injected: () => at(0, 'broken'),
    turned({ alarm, isRed }, minutes) {
      at(minutes, `${alarm} ${isRed ? `is red, ${kinds.get(alarm) ?? 'and was not expected'}` : 'is OK'}`);
    },
    healed: () => at(0, 'healed'),
  };
}
