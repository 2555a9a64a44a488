import type { AlarmState, ViewKind } from '../contract.ts';

/** Shapes, so that kinds of views can be told apart without their colours. */
const kinds: Readonly<Record<ViewKind, string>> = {
  // A sun.
  warm: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2',
  // A snowflake.
  cold: 'M12 2v20M3.3 7l17.4 10M20.7 7 3.3 17M9 3.5 12 6l3-2.5M9 20.5 12 18l3 2.5M3.5 10.5 7 9.2 6.4 5.5M20.5 13.5 17 14.8l.6 3.7M20.5 10.5 17 9.2l.6-3.7M3.5 13.5 7 14.8l-.6 3.7',
  // A box with an arrow out of it.
  refetched: 'M12 14V3M8 7l4-4 4 4M4 13v7h16v-7',
  // A circle that ends in a check mark.
  shortcut: 'M20 12a8 8 0 1 1-3-6.2M8 12l3 3 9-10',
  // A person in outline.
  fallback: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c0-4.4 3.6-7 8-7s8 2.6 8 7',
  // No entry.
  refused: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM7 12h10',
  // A warning.
  fault: 'M12 3 2 20.5h20zM12 10v5M12 17.5v.5',
  // A stop sign with a circular arrow.
  loop: 'M8 2h8l6 6v8l-6 6H8l-6-6V8zM16 12a4 4 0 1 1-1.3-3M15.5 6.5V9.3h-2.8',
};

export const isKind = (kind: unknown): kind is ViewKind => typeof kind === 'string' && Object.hasOwn(kinds, kind);

interface StateLook {
  readonly name: string;
  readonly colour: string;
  readonly shape: string;
}

const states: Readonly<Record<AlarmState, StateLook>> = {
  OK: { name: 'OK', colour: 'good', shape: 'M4 12.5l5.5 5.5L20 7' },
  ALARM: { name: 'in alarm', colour: 'loop', shape: 'M12 3 2 20.5h20zM12 9.5v5M12 17.3v.4' },
  INSUFFICIENT_DATA: { name: 'no data', colour: 'soft', shape: 'M5 12h14' },
};

export const stateName = (state: AlarmState) => states[state].name;

/** The style of an element of the class `kind`: its colour is that of a kind of view or of an alarm's state. */
export function colourOfKind(of: ViewKind | AlarmState): { '--kind': string } {
  return { '--kind': `var(--${isKind(of) ? of : states[of].colour})` };
}

/** The words beside an icon say the same, so it is hidden from those who cannot see it. */
export function Icon({ of, size }: { readonly of: ViewKind | AlarmState; readonly size: number }) {
  return (
    <svg class="icon kind" style={colourOfKind(of)} viewBox="0 0 24 24" width={size} height={size} aria-hidden="true">
      <path d={isKind(of) ? kinds[of] : states[of].shape} />
    </svg>
  );
}
