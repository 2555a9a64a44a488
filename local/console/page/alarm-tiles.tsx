import type { AlarmCard } from '../watch-contract.ts';
import { duration } from './format.ts';
import { Icon, stateClass, stateName } from './icons.tsx';
import { linkTo } from './routes.ts';

interface Props {
  readonly alarms: readonly AlarmCard[];
  readonly nowSeconds: number;
}

/**
 * A tile for each alarm, those in alarm first. Whoever is on call begins with the first one, so alarms that name a cause
 * come before composites, and pages before tickets.
 */
export function AlarmTiles({ alarms, nowSeconds }: Props) {
  const rank = ({ parts, severity }: AlarmCard) =>
    (parts.length > 0 ? 4 : 0) + (severity === 'page' ? 0 : severity === 'ticket' ? 1 : 2);
  const sorted = alarms.toSorted((a, b) => rank(a) - rank(b));
  const active = sorted.filter(({ state }) => state === 'ALARM');
  const others = sorted.filter(({ state }) => state !== 'ALARM');
  const tiles = (list: readonly AlarmCard[]) =>
    list.map((alarm) => <Tile key={alarm.name} alarm={alarm} nowSeconds={nowSeconds} />);
  return (
    <div class="alarms-of">
      {active.length > 0 && <div class="tiles active">{tiles(active)}</div>}
      <div class="tiles">{tiles(others)}</div>
    </div>
  );
}

function Tile({ alarm, nowSeconds }: { readonly alarm: AlarmCard; readonly nowSeconds: number }) {
  const { name, state, says, severity } = alarm;
  const isActive = state === 'ALARM';
  return (
    <a class={`tile ${stateClass(state)}`} id={`tile-${name}`} href={linkTo('alarms', name)}>
      <Icon of={state} size={18} />
      <span class="tile-name">{name}</span>
      {severity && <span class={`severity ${severity}`}>{severity}</span>}
      {isActive && <span class="tile-says">{says}</span>}
      <span class={isActive ? 'tile-state' : 'hidden'}>{stateSince(alarm, nowSeconds)}</span>
    </a>
  );
}

export function stateSince({ state, sinceSeconds }: AlarmCard, nowSeconds: number): string {
  return sinceSeconds === undefined
    ? stateName(state)
    : `${stateName(state)} for ${duration(nowSeconds - sinceSeconds)}`;
}
