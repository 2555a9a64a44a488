import type { AlarmCard } from '../watch-contract.ts';
import { duration } from './format.ts';
import { colourOfKind, Icon, stateName } from './icons.tsx';
import { linkTo } from './routes.ts';

interface Props {
  readonly alarms: readonly AlarmCard[];
  readonly nowSeconds: number;
}

/**
 * A tile for each alarm, those in alarm first. On-call begins with the first one, so alarms that name a cause come before
 * composites, and pages before tickets.
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
    <>
      {active.length > 0 && <div class="columns">{tiles(active)}</div>}
      <div class="columns">{tiles(others)}</div>
    </>
  );
}

function Tile({ alarm, nowSeconds }: { readonly alarm: AlarmCard; readonly nowSeconds: number }) {
  const { name, state, description, severity } = alarm;
  const isActive = state === 'ALARM';
  return (
    <a class={`tile kind${isActive ? ' active' : ''}`} style={colourOfKind(state)} href={linkTo('alarms', name)}>
      <Icon of={state} size={18} />
      <b>{name}</b>
      {severity && <span class={`tag ${severity}`}>{severity}</span>}
      {isActive && <span class="tile-text">{description}</span>}
      <span class={isActive ? 'tile-text soft' : 'hidden'}>{stateSince(alarm, nowSeconds)}</span>
    </a>
  );
}

export function stateSince({ state, sinceSeconds }: AlarmCard, nowSeconds: number): string {
  return sinceSeconds === undefined
    ? stateName(state)
    : `${stateName(state)} for ${duration(nowSeconds - sinceSeconds)}`;
}
