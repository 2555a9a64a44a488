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
  return {
    started() {
      say(`\n${name}: ${title}`);
      say(`          ${says}`);
    },
    injected: () => say('   0 min  broken'),
    turned({ alarm, isRed }, minutes) {
      const state = isRed ? `is red, ${kinds.get(alarm) ?? 'and was not expected'}` : 'is OK';
      say(`${String(minutes).padStart(4)} min  ${alarm} ${state}`);
    },
    healed: () => say('   0 min  healed'),
  };
}
