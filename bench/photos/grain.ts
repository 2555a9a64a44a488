/** The grain of a camera's sensor: normal noise, on its own for red, green and blue. Equal on every machine. */

const tableSize = 1 << 16;

export function addGrain(samples: Uint8Array, deviation: number, seed = 1): Uint8Array {
  const table = normalDeviates(deviation);
  // Clamps and rounds as it is written to.
  const grained = new Uint8ClampedArray(samples.length);
  let state = seed;
  for (let i = 0; i < samples.length; i++) {
    state = xorshift(state);
    grained[i] = (samples[i] ?? 0) + (table[state & (tableSize - 1)] ?? 0);
  }
  return new Uint8Array(grained.buffer);
}

/** Box and Muller's transform of uniform numbers; as a table, since a logarithm for each of 144 million samples is slow. */
function normalDeviates(deviation: number): Float32Array {
  const table = new Float32Array(tableSize);
  let state = 2463534242 | 0;
  for (let i = 0; i < tableSize; i++) {
    state = xorshift(state);
    const radius = Math.sqrt(-2 * Math.log(((state >>> 0) + 1) / 2 ** 32));
    state = xorshift(state);
    table[i] = deviation * radius * Math.cos((2 * Math.PI * (state >>> 0)) / 2 ** 32);
  }
  return table;
}

/** Marsaglia's generator of 32 bits, with the shifts 13, 17 and 5. */
function xorshift(state: number): number {
  let x = state;
  x ^= x << 13;
  x ^= x >>> 17;
  return x ^ (x << 5);
}
