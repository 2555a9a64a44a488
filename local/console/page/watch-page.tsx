import { useEffect, useRef, useState } from 'preact/hooks';
import type { Dashboards } from '../contract.ts';
import { AlarmPage, RunbookPage } from './alarm-page.tsx';
import { Select } from './controls.tsx';
import { Dashboard } from './dashboard.tsx';
import { duration } from './format.ts';
import type { Reading } from './prose.tsx';
import { Problem } from './result.tsx';
import { linkTo, type Route, routeOfLink, routeOfWidget } from './routes.ts';
import { getDashboards } from './server.ts';

/** The dashboards, the alarms and their runbooks. They ask the server only while they are shown. */
export function WatchPage({ route: { page, name, widget } }: { readonly route: Exclude<Route, { page: 'chain' }> }) {
  const [watched, setWatched] = useState<Dashboards>();
  const [problem, setProblem] = useState<unknown>();
  const [range, setRange] = useState('');
  const last = useRef('');
  useEffect(() => {
    getDashboards().then(setWatched, setProblem);
  }, []);

  const dashboards = watched?.dashboards ?? [];
  const dashboard = dashboards.find((one) => one.name === name) ?? (name === '' ? dashboards[0] : undefined);
  if (page === 'dashboards' && dashboard) last.current = dashboard.name;
  const title = page === 'dashboards' ? dashboard?.title : page === 'alarms' ? `Alarm ${name}` : name;
  useEffect(() => {
    document.title = `${title ?? 'Dashboards'} · resize-on-miss console`;
    scrollTo(0, 0);
  }, [title]);

  const reading: Reading = {
    link: (href) => routeOfLink(href, dashboards),
    widget: (wanted) => routeOfWidget(wanted, dashboards),
  };
  const ranges = [
    { value: '', title: 'since the start' },
    ...(watched?.ranges ?? []).map((seconds) => ({ value: String(seconds), title: `last ${duration(seconds)}` })),
  ];
  const back = (
    <p class="back soft">
      <a href={linkTo('dashboards', last.current)}>← Back to the dashboard</a>
    </p>
  );
  return (
    <div class="watch-page" id="dashboards" tabIndex={-1}>
      <div class="watch-bar flow">
        <nav class="flow" aria-label="Dashboards">
          {dashboards.map((one) => (
            <a
              key={one.name}
              href={linkTo('dashboards', one.name)}
              aria-current={page === 'dashboards' && one === dashboard ? 'page' : undefined}
            >
              {one.title}
            </a>
          ))}
        </nav>
        {page === 'dashboards' && <Select label="Time" value={range} choices={ranges} onChoose={setRange} />}
      </div>
      <div role="alert">
        {problem !== undefined && <Problem error={problem} />}
        {watched && page === 'dashboards' && !dashboard && <Problem error={noDashboard(name, watched)} />}
      </div>
      {page === 'dashboards' && dashboard && (
        <Dashboard key={dashboard.name} dashboard={dashboard} reading={reading} range={range} pointed={widget} />
      )}
      {page === 'alarms' && watched && <AlarmPage key={name} name={name} reading={reading} back={back} />}
      {page === 'runbooks' && watched && (
        <>
          {back}
          <RunbookPage key={name} name={name} reading={reading} />
        </>
      )}
    </div>
  );
}

function noDashboard(name: string, { dashboards }: Dashboards): Error {
  const names = dashboards.map((one) => one.name).join(', ');
  return new Error(names ? `There is no dashboard "${name}", only ${names}.` : 'The template has no dashboards.');
}
