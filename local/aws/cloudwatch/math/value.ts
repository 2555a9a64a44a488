/** A time series by its timestamps, in seconds. What is not in it is missing, which is not 0. */
export type Points = ReadonlyMap<number, number>;

export interface Series {
  readonly kind: 'series';
  readonly points: Points;
  /** Of a metric; a result of an expression has none. */
  readonly periodSeconds?: number;
  readonly id?: string;
}

export interface Scalar {
  readonly kind: 'scalar';
  readonly value: number;
}

export interface SeriesList {
  readonly kind: 'list';
  readonly items: readonly Series[];
}

export interface Text {
  readonly kind: 'text';
  readonly text: string;
}

export type Value = Series | Scalar | SeriesList | Text;

/** The grid on which a request asks for points: from `start`, and before `end`. */
export interface Range {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly periodSeconds: number;
}

export class MathError extends Error {
  override readonly name = 'MathError';
}

export const scalar = (value: number): Scalar => ({ kind: 'scalar', value });
export const series = (points: Points): Series => ({ kind: 'series', points });

export function timestamps({ startSeconds, endSeconds, periodSeconds }: Range): number[] {
  const times: number[] = [];
  for (let at = startSeconds; at < endSeconds; at += periodSeconds) times.push(at);
  return times;
}

/** As the documentation names types in its tables. */
export function typeName({ kind }: Value): string {
  return { series: 'TS', scalar: 'S', list: 'TS[]', text: 'a text' }[kind];
}

export function wrongArguments(name: string, given: readonly Value[]): MathError {
  return new MathError(`${name} does not take (${given.map(typeName).join(', ')})`);
}
