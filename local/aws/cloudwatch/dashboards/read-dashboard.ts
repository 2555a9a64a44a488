import { Properties } from '../../template/properties.ts';
import type { Resource } from '../../template/template.ts';
import type { Dashboard, Widget } from './dashboard.ts';
import { refuseUnknown } from './read-entries.ts';
import { readWidget } from './read-widget.ts';

/** The range of a body without `start`. */
const defaultRangeSeconds = 3 * 3600;

/**
 * Reads an `AWS::CloudWatch::Dashboard`. A widget that is not supported becomes a widget with the problem. An error in the
 * body becomes one such widget across the page.
 */
export function readDashboard(resource: Resource, region: string): Dashboard {
  const properties = Properties.of(resource);
  const name = properties.text('DashboardName', resource.logicalId);
  try {
    const body = new Properties(name, parsed(name, properties.text('DashboardBody')), 'body');
    refuseUnknown(body, ['start', 'periodOverride', 'widgets']);
    // How CloudWatch adjusts periods with `auto` is not documented.
    body.oneOf('periodOverride', ['inherit'], 'auto' as 'inherit');
    const rangeSeconds = body.has('start') ? rangeOf(body) : defaultRangeSeconds;
    return { name, rangeSeconds, widgets: body.children('widgets').map((widget) => readOne(widget, region)) };
  } catch (error) {
    const box = { x: 0, y: 0, width: 24, height: 3 };
    return { name, rangeSeconds: defaultRangeSeconds, widgets: [{ ...box, ...unread(error) }] };
  }
}

function parsed(name: string, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new Error(`${name}: the body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A range such as `-PT8H`. Absolute times are not supported: a chain has just started. */
function rangeOf(body: Properties): number {
  const [, days = '0', hours = '0', minutes = '0'] =
    /^-P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(body.text('start')) ?? [];
  const seconds = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60;
  if (seconds === 0) throw body.refusal('start', 'a time before now, such as -PT8H');
  return seconds;
}

function readOne(widget: Properties, region: string): Widget {
  try {
    return readWidget(widget, region);
  } catch (error) {
    return { ...boxOrCorner(widget), ...unread(error) };
  }
}

/** The position of the widget, as far as it can be read. */
function boxOrCorner(widget: Properties) {
  const number = (name: string, otherwise: number) => {
    const value = widget.value(name);
    return Number.isInteger(value) ? (value as number) : otherwise;
  };
  return { x: number('x', 0), y: number('y', 0), width: number('width', 6), height: number('height', 6) };
}

function unread(error: unknown) {
  return { kind: 'unread', problem: error instanceof Error ? error.message : String(error) } as const;
}
