/**
 * The shapes of a load as data: steps, each with the multiple of the scenario's base rate that is reached at its end.
 * Between two steps the rate changes linearly.
 */

export interface Step {
  readonly seconds: number;
  readonly multiple: number;
}

interface Workload {
  readonly says: string;
  /** The multiple at the beginning. */
  readonly from: number;
  readonly steps: readonly Step[];
  /** A herd's viewers come at once: their number is this part of the API's burst. */
  readonly herd: { readonly burstPart: number; readonly rounds: number };
}

export const workloads = {
  smoke: {
    says: 'a few seconds, to see that everything works',
    from: 1,
    steps: [{ seconds: 5, multiple: 1 }],
    herd: { burstPart: 0.16, rounds: 2 },
  },
  average: {
    says: 'the traffic of an ordinary day',
    from: 1,
    steps: [{ seconds: 40, multiple: 1 }],
    herd: { burstPart: 0.4, rounds: 4 },
  },
  stress: {
    says: 'rises to twice the capacity of the API and stays there',
    from: 1,
    steps: [
      { seconds: 20, multiple: 2 },
      { seconds: 20, multiple: 4 },
      { seconds: 15, multiple: 4 },
    ],
    herd: { burstPart: 0.9, rounds: 4 },
  },
  spike: {
    says: 'ten times the ordinary traffic, suddenly, and back',
    from: 1,
    steps: [
      { seconds: 15, multiple: 1 },
      { seconds: 1, multiple: 10 },
      { seconds: 10, multiple: 10 },
      { seconds: 1, multiple: 1 },
      { seconds: 15, multiple: 1 },
    ],
    herd: { burstPart: 1.5, rounds: 1 },
  },
  soak: {
    says: 'half of the ordinary traffic for half an hour, to find leaks',
    from: 0.5,
    steps: [{ seconds: 1800, multiple: 0.5 }],
    herd: { burstPart: 0.2, rounds: 30 },
  },
} as const satisfies Record<string, Workload>;

export type WorkloadName = keyof typeof workloads;
export const workloadNames = Object.keys(workloads) as WorkloadName[];
