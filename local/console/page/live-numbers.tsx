import { useState } from 'preact/hooks';
import type { Numbers } from '../contract.ts';
import { count } from './format.ts';
import { useMessages } from './server.ts';

interface Props {
  readonly isHidden: boolean;
}

/** What the chain has done since the console started. */
export function LiveNumbers({ isHidden }: Props) {
  const [numbers, setNumbers] = useState<Numbers>();
  useMessages('numbers', (message) => setNumbers(message.numbers));
  return (
    <section class="numbers" aria-label="Live numbers" hidden={isHidden}>
      {numbers && (
        <dl>
          {tiles(numbers).map(({ name, value, detail, isBad }) => (
            <div key={name} class={isBad ? 'bad' : ''}>
              <dt>{name}</dt>
              <dd>
                <b>{value}</b> <small>{detail}</small>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

interface Tile {
  readonly name: string;
  readonly value: string | number;
  readonly detail: string;
  readonly isBad?: boolean;
}

function tiles({ views, hits, redirects, resizes, loopSuspects, raced, refused, faults }: Numbers): readonly Tile[] {
  return [
    {
      name: 'Edge hit rate',
      value: views === 0 ? '–' : `${Math.round((hits / views) * 100)} %`,
      detail: `${hits} of ${count(views, 'request')}, ${count(redirects, 'redirect')}`,
    },
    { name: 'Resizes', value: resizes, detail: 'derivatives made' },
    {
      name: 'Loop suspects',
      value: loopSuspects,
      detail: raced === 0 ? 'redirected though the derivative existed' : `and ${count(raced, 'race')} of first viewers`,
      isBad: loopSuspects > 0,
    },
    {
      name: 'Faults',
      value: faults,
      detail: refused === 0 ? 'answers of 5xx' : `5xx, and ${count(refused, 'refusal')} (4xx)`,
      isBad: faults > 0,
    },
  ];
}
