import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { DashboardCard, DashboardData, Widget, WidgetData } from '../contract.ts';
import { AlarmTiles } from './alarm-page.tsx';
import { clockTimeWithSeconds, count, duration } from './format.ts';
import { MetricWidget } from './metric-widget.tsx';
import { Folded, LogRows, Prose, type Reading } from './prose.tsx';
import { Problem } from './result.tsx';
import { getDashboard, usePolled } from './server.ts';

interface Props {
  readonly dashboard: DashboardCard;
  readonly reading: Reading;
  /** In seconds; empty: since the start. */
  readonly range: string;
  /** The widget that the address names. */
  readonly pointed: number | undefined;
}

export function Dashboard({ dashboard, reading, range, pointed }: Props) {
  const { answer, problem } = usePolled(
    range,
    () => getDashboard(dashboard.name, range),
    ({ widgets }) => widgets.some(({ kind }) => kind === 'asking'),
  );
  const isReady = answer !== undefined;
  useEffect(() => {
    if (!isReady || pointed === undefined) return;
    const widget = document.getElementById(`widget-${pointed}`);
    widget?.scrollIntoView({ block: 'center' });
    widget?.focus();
  }, [isReady, pointed]);
  if (!answer) return problem === undefined ? null : <Problem error={problem} />;

  const hasHeading = dashboard.widgets.some(({ kind, ...one }) => 'markdown' in one && /^# /m.test(one.markdown));
  return (
    <div class="dashboard">
      {problem !== undefined && <Problem error={problem} />}
      {!hasHeading && <h2 class="hidden">{dashboard.title}</h2>}
      <p class="soft">
        {duration(answer.rangeSeconds)} up to {clockTimeWithSeconds(answer.nowSeconds)} UTC
      </p>
      <Notes dashboard={dashboard} data={answer} />
      <Grid widgets={dashboard.widgets} data={answer} reading={reading} />
    </div>
  );
}

/** What should be known before the dashboard is read. */
function Notes({ dashboard, data }: { readonly dashboard: DashboardCard; readonly data: DashboardData }) {
  const metrics = data.widgets.filter((one) => one.kind === 'metric');
  const isEmpty = metrics.length > 0 && metrics.every(({ lines }) => lines.every(({ points }) => points.length === 0));
  const unread = dashboard.widgets.filter(({ kind }) => kind === 'unread').length;
  const { rejected } = data;
  return (
    <>
      {isEmpty && (
        <p class="note box">
          <strong>No data yet.</strong> <a href="#chain">View an image</a>, or run <code>make load-smoke</code>. As on
          AWS, data comes after the end of the minute and the delay of its source: two minutes for the Lambda and the
          API, up to four for the edge.
        </p>
      )}
      {unread > 0 && (
        <p class="note box">{count(unread, 'widget')} cannot be shown as CloudWatch would. Each says why.</p>
      )}
      {rejected.length > 0 && (
        <details class="note bad box">
          <summary>
            <strong>CloudWatch would reject lines of metrics.</strong> The last {rejected.length} are here.
          </summary>
          <ul>
            {rejected.map(({ atMilliseconds, group, because, message }) => (
              <li key={message}>
                {clockTimeWithSeconds(atMilliseconds / 1000)} {group}: {because}
                <pre>{message}</pre>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

type GridProps = Pick<DashboardCard, 'widgets'> & { readonly data: DashboardData; readonly reading: Reading };

/** CloudWatch's grid of 24 columns. The widgets follow one another row by row, so a phone shows them in that order. */
function Grid({ widgets, data, reading }: GridProps) {
  const order = widgets.map((widget, index) => ({ widget, index }));
  order.sort(({ widget: a }, { widget: b }) => a.y - b.y || a.x - b.x);
  return (
    <div class="widgets" style={{ '--rows': rowsOf(widgets).join(' ') }}>
      {order.map(({ widget, index }) => (
        <WidgetFrame key={index} index={index} widget={widget} data={data.widgets[index] ?? { kind: 'none' }}>
          <WidgetBody widget={widget} own={data.widgets[index]} data={data} reading={reading} />
        </WidgetFrame>
      ))}
    </div>
  );
}

/** Rows that hold nothing but text are as high as their text. */
function rowsOf(widgets: readonly Widget[]): string[] {
  const rows = Math.max(0, ...widgets.map(({ y, height }) => y + height));
  return Array.from({ length: rows }, (_, row) => {
    const inRow = widgets.filter(({ y, height }) => y <= row && row < y + height);
    return inRow.every(({ kind }) => kind === 'text') ? 'auto' : 'minmax(var(--unit), auto)';
  });
}

interface FrameProps {
  readonly index: number;
  readonly widget: Widget;
  readonly data: WidgetData;
  readonly children: ComponentChildren;
}

function WidgetFrame({ index, widget, data, children }: FrameProps) {
  const { kind, x, y, width, height } = widget;
  const title = 'title' in widget ? widget.title : '';
  // What stands in brackets is less important.
  const [, main = title, aside] = /^(.+?) \((.+)\)$/.exec(title) ?? [];
  const isBare = kind === 'text' && widget.background === 'transparent';
  const unit = kind === 'metric' && widget.axis.label;
  return (
    <article
      id={`widget-${index}`}
      tabIndex={-1}
      class={`widget box ${kind}${isBare ? ' bare' : ''}${width > 12 ? ' wide' : ''}`}
      style={{ '--x': x + 1, '--y': y + 1, '--w': width, '--h': height }}
      {...(title !== '' && { 'aria-labelledby': `title-${index}` })}
    >
      {title !== '' && (
        <header>
          <h3 id={`title-${index}`}>
            {main} {aside && <small>{aside}</small>}
          </h3>
          {unit && <span class="soft">{unit}</span>}
        </header>
      )}
      {data.kind === 'problem' ? <p class="problem box">{data.problem}</p> : children}
    </article>
  );
}

interface BodyProps {
  readonly widget: Widget;
  readonly own: WidgetData | undefined;
  readonly data: DashboardData;
  readonly reading: Reading;
}

function WidgetBody({ widget, own, data, reading }: BodyProps) {
  const { nowSeconds, rangeSeconds, alarms } = data;
  switch (widget.kind) {
    case 'text':
      return (
        <div class="words stack">
          <Prose markdown={widget.markdown} reading={reading} />
        </div>
      );
    case 'alarms': {
      const mine = widget.alarms.flatMap((name) => alarms.find(({ fullName }) => fullName === name) ?? []);
      return <AlarmTiles alarms={mine} nowSeconds={nowSeconds} />;
    }
    case 'log':
      return (
        <>
          <LogRows answer={own?.kind === 'log' ? own : undefined} label={widget.title} />
          <Folded title="The query" text={widget.query.replace(' | ', '\n| ')} />
        </>
      );
    case 'metric': {
      if (own?.kind !== 'metric') return null;
      return <MetricWidget widget={widget} data={own} fromSeconds={nowSeconds - rangeSeconds} toSeconds={nowSeconds} />;
    }
    case 'unread':
      return (
        <p class="problem box">
          <strong>Not shown.</strong> {widget.problem}
        </p>
      );
  }
}
