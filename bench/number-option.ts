export function numberOption(name: string, given: string, least: number, most: number): number {
  const value = Number(given);
  if (value >= least && value <= most) return value;
  throw new Error(`--${name} is ${given}: expected a number from ${least} to ${most}`);
}
