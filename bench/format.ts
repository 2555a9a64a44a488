/** Numbers as the reports of the bench write them. */

export function milliseconds(value: number): string {
  return value < 9_950 ? `${value.toFixed(0)} ms` : `${(value / 1000).toFixed(1)} s`;
}

export function dollars(value: number): string {
  return `$${value.toFixed(value < 0.1 ? 4 : 2)}`;
}

export function percent(part: number, digits = 0): string {
  return `${(100 * part).toFixed(digits)}%`;
}

export function size(memoryMegabytes: number): string {
  return `${memoryMegabytes.toLocaleString('en-US')} MB`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1)} MB`;
}
