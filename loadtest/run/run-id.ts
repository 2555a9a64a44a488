/** The name of a run: `20261127-012050-k3x9`. Sorts by time, and no two runs share one. */
export function newRunId(time: Date): string {
  const stamp = time.toISOString().replace(/\D/g, '').slice(0, 14);
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-${Math.random().toString(36).slice(2, 6).padEnd(4, '0')}`;
}

export function isRunId(text: string): boolean {
  return /^\d{8}-\d{6}-[a-z0-9]{4}$/.test(text);
}
