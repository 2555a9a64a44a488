import { useState } from 'preact/hooks';
import type { Numbers } from '../contract.ts';
import { count } from './format.ts';
import { useMessages } from './server.ts';

/** What the chain has done since the console started. */
export function LiveNumbers({ isHidden }: { readonly isHidden: boolean }) {
  const [numbers, setNumbers] = useState<Numbers>();
  useMessages('numbers', (message) => setNumbers(message.numbers));
  if (!numbers || isHidden) return null;
  const { requests, hits, redirects, resizes, loopSuspects, raced, refusals, faults } = numbers;
  const rate = requests === 0 ? '–' : `${Math.round((hits / requests) * 100)} %`;
  const tiles = [
    ['Edge hit rate', rate, `${hits} of ${count(requests, 'request')}, ${count(redirects, 'redirect')}`],
    ['Resizes', resizes, 'derivatives made'],
    ['Loop suspects', loopSuspects, raced === 0 ? 'the derivative existed' : `and ${count(raced, 'race')}`],
    ['Faults', faults, refusals === 0 ? 'answers of 5xx' : `5xx, and ${count(refusals, 'refusal')} (4xx)`],
  ] as const;
  return (
    <dl class="numbers" aria-label="Live numbers">
      {tiles.map(([name, value, detail]) => (
        <div key={name} class={['Loop suspects', 'Faults'].includes(name) && value !== 0 ? 'bad' : ''}>
          <dt>{name}</dt>
          <dd>
            <b>{value}</b> <small>{detail}</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}
