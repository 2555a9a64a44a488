import { render } from 'preact';
import { useEffect, useReducer, useState } from 'preact/hooks';
import type { Numbers } from '../contract.ts';
import { ChainModel } from './chain-model.ts';
import { ChainPage } from './chain-page.tsx';
import { count } from './format.ts';
import { Problem } from './result.tsx';
import { routeOf } from './routes.ts';
import { getCatalogue, getImages, getState, useIsConnected, useMessages } from './server.ts';
import { WatchPage } from './watch-page.tsx';

/** The header and the page that the address names. The chain page stays as it is while the dashboards are shown. */
function App({ model }: { readonly model: ChainModel }) {
  const [, render] = useReducer((count: number) => count + 1, 0);
  const [route, setRoute] = useState(() => routeOf(location.hash));
  const [chainHash, setChainHash] = useState('#chain');
  const [alarms, setAlarms] = useState<number>();
  const isConnected = useIsConnected();
  const isChain = route.page === 'chain';

  useMessages('state', ({ state }) => model.hear(state));
  useMessages('alarms', ({ red }) => setAlarms(red));
  useEffect(() => {
    model.onChange = () => {
      if (routeOf(location.hash).page === 'chain') setChainHash(location.hash || '#chain');
      render(undefined);
    };
    const arrive = () => {
      setRoute(routeOf(location.hash));
      model.arrive();
    };
    addEventListener('popstate', arrive);
    arrive();
  }, []);
  useEffect(() => {
    if (isChain) document.title = 'resize-on-miss console';
  }, [isChain]);

  const skip = (event: Event) => {
    // The fragment is the route, so it cannot name an element too.
    event.preventDefault();
    document.getElementById(isChain ? 'result' : 'dashboards')?.focus();
  };
  const current = (is: boolean) => (is ? ('page' as const) : undefined);
  return (
    <>
      {/* biome-ignore lint/a11y/useValidAnchor: it leads to an element, as its address says */}
      <a class="skip" href="#result" onClick={skip}>
        {isChain ? 'Skip to the result' : 'Skip to the dashboard'}
      </a>
      <header class="flow">
        <div>
          <h1>
            resize-on-miss <span>console</span>
          </h1>
          <nav class="pages flow" aria-label="Pages">
            <a href={chainHash} aria-current={current(isChain)}>
              Chain
            </a>
            <a href="#dashboards" aria-current={current(!isChain)}>
              Dashboards {alarms ? <span class="tag active">{alarms} in alarm</span> : ''}
            </a>
          </nav>
        </div>
        <div>
          {/* Counted since the console started: beside the dashboards, which count by time, they would contradict. */}
          <LiveNumbers isHidden={!isChain} />
          <p class="endpoints soft">
            {model.state.stage} chain, images at {model.state.edge.replace('http://', '')}
            {!isConnected && <b> · not connected, trying again</b>}
          </p>
        </div>
      </header>
      <main aria-busy={model.running > 0}>
        <div role="status" class="hidden">
          {alarms !== undefined && (alarms === 0 ? 'No alarm is active.' : `${alarms} in alarm.`)}
        </div>
        <ChainPage model={model} isHidden={!isChain} />
        {route.page !== 'chain' && <WatchPage route={route} />}
      </main>
    </>
  );
}

/** What the chain has done since the console started. */
function LiveNumbers({ isHidden }: { readonly isHidden: boolean }) {
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

try {
  const [catalogue, state, images] = await Promise.all([getCatalogue(), getState(), getImages()]);
  render(<App model={new ChainModel(catalogue, state, images)} />, document.body);
} catch (error) {
  render(<Problem error={error} />, document.body);
}
