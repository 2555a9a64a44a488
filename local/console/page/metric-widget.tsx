import { useState } from 'preact/hooks';
import type { MetricPoints, Widget } from '../contract.ts';
import { clockTime, measure, unitInWords } from './format.ts';
import { colourOf, colourOfThreshold, type Line, LineChart } from './line-chart.tsx';

export interface Props {
  readonly widget: Extract<Widget, { kind: 'metric' }>;
  readonly data: MetricPoints;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** Beyond so many, lines without any data are counted and not listed. */
const listedLines = 7;

const newest = ({ points }: Line) => points.at(-1)?.[1];
const shown = (value: number | undefined, unit: string) => (value === undefined ? '–' : measure(value, unit));

export function MetricWidget(props: Props) {
  return props.widget.view === 'singleValue' ? <Figure {...props} /> : <Graph {...props} />;
}

/** Lines, with the newest values below them, or those at the time under the pointer. */
function Graph({ widget, data, fromSeconds, toSeconds }: Props) {
  const [pointed, setPointed] = useState<number>();
  const { title, axis, thresholds, isStacked } = widget;
  const { lines } = data;
  const unit = axis.label ?? '';
  const withData = lines.filter(({ points }) => points.length > 0);
  const listed = lines.length > listedLines ? withData : lines;
  const valueAt = (line: Line) =>
    pointed === undefined ? newest(line) : line.points.find(([at]) => at === pointed)?.[1];
  return (
    <div class="graph">
      <div class="canvas">
        <LineChart
          label={[title, ...withData.map((line) => `${line.label} ${shown(newest(line), unit)}`)].join(', ')}
          {...data}
          {...{ fromSeconds, toSeconds, unit, thresholds, isStacked }}
          min={axis.min}
          max={axis.max}
          onCursor={setPointed}
        />
        {withData.length === 0 && <p class="none soft">No data in this time.</p>}
      </div>
      <ul class="legend" aria-label={`${title}: ${pointed === undefined ? 'latest values' : clockTime(pointed)}`}>
        {listed.map((line) => (
          <li key={line.label}>
            <i aria-hidden="true" style={{ background: colourOf(line, lines.indexOf(line)) }} />
            <span>{line.label}</span>
            <b class={valueAt(line) === undefined ? 'nothing' : ''}>{shown(valueAt(line), unit)}</b>
          </li>
        ))}
        {thresholds.map((threshold) => (
          <li key={threshold.label}>
            <i aria-hidden="true" class="dashed" style={{ color: colourOfThreshold(threshold) }} />
            <span>{threshold.label}</span>
            <b>{measure(threshold.value, unit)}</b>
          </li>
        ))}
        {listed.length < lines.length && <li>and {lines.length - listed.length} without data</li>}
        {pointed !== undefined && <li>at {clockTime(pointed)} UTC</li>}
      </ul>
    </div>
  );
}

/** The newest value in large digits, and how it came to be. */
function Figure({ widget: { title, hasSparkline }, data, fromSeconds, toSeconds }: Props) {
  // One point makes no line.
  const hasLine = data.lines.some(({ points }) => points.length > 1);
  return (
    <div class="figure">
      {data.lines.map((line) => {
        const unit = unitInWords(title, line.label);
        const value = newest(line);
        return (
          <p key={line.label}>
            <b class={value === undefined ? 'nothing' : ''}>{shown(value, unit)}</b>
            <span class="soft">{unit === '$' ? line.label.replace(/^\$ ?/, '') : line.label}</span>
          </p>
        );
      })}
      {hasSparkline && hasLine && (
        <div class="canvas spark">
          <LineChart label="" {...data} {...{ fromSeconds, toSeconds }} isSpark />
        </div>
      )}
    </div>
  );
}
