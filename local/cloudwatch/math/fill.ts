import { type Points, type Range, type Series, series, timestamps, type Value, wrongArguments } from './value.ts';

/** `FILL(series, filler)`: a number, another series, the value before the gap, or a line across it. */
export function fill(given: readonly Value[], range: Range, name: string): Value {
  const [value, filler] = given;
  if (!value || !filler || given.length !== 2 || filler.kind === 'list') throw wrongArguments(name, given);
  if (value.kind === 'series') return fillOne(value, filler, range);
  if (value.kind === 'list') return { kind: 'list', items: value.items.map((one) => fillOne(one, filler, range)) };
  throw wrongArguments(name, given);
}

function fillOne({ points }: Series, filler: Value, range: Range): Series {
  const filled = new Map<number, number>();
  for (const at of timestamps(range)) {
    const value = points.get(at) ?? fillerAt(filler, points, at);
    if (value !== undefined) filled.set(at, value);
  }
  return series(filled);
}

function fillerAt(filler: Value, points: Points, at: number): number | undefined {
  switch (filler.kind) {
    case 'scalar':
      return filler.value;
    case 'series':
      return filler.points.get(at);
    case 'text':
      return filler.text === 'REPEAT' ? before(points, at)?.value : between(points, at);
    default:
      return undefined;
  }
}

interface Point {
  readonly at: number;
  readonly value: number;
}

function before(points: Points, at: number): Point | undefined {
  return nearest(points, (time) => time < at, Math.max);
}

function nearest(points: Points, isMeant: (at: number) => boolean, choose: (...times: number[]) => number) {
  const times = [...points.keys()].filter(isMeant);
  if (times.length === 0) return undefined;
  const at = choose(...times);
  return { at, value: points.get(at) ?? 0 };
}

/** A gap at either end has only one side, and stays. */
function between(points: Points, at: number): number | undefined {
  const left = before(points, at);
  const right = nearest(points, (time) => time > at, Math.min);
  if (!left || !right) return undefined;
  return left.value + ((right.value - left.value) * (at - left.at)) / (right.at - left.at);
}
