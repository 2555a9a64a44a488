export function milliseconds(value: number | undefined): string {
  if (value === undefined) return 'unknown';
  return `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US')} ms`;
}

export function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}

export function dollars(value: number): string {
  return value === 0 ? '$0' : `$${value.toFixed(value < 0.01 ? 5 : 2)}`;
}
