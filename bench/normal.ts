/** The standard normal distribution. */

/** Part of it that lies below z, to seven digits: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17. */
export function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const above = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return z >= 0 ? 1 - above : above;
}

/** The z that the given part lies below: found by halving. */
export function normalQuantile(part: number): number {
  if (!(part > 0 && part < 1)) throw new Error(`The quantile ${part} was asked for: expected between 0 and 1`);
  let [lower, upper] = [-9, 9];
  for (let step = 0; step < 60; step++) {
    const middle = (lower + upper) / 2;
    if (normalBelow(middle) < part) lower = middle;
    else upper = middle;
  }
  return (lower + upper) / 2;
}
