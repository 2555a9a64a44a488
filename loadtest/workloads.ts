/**
 * How much, as data. A workload is a shape: steps of seconds, each with the multiple of the scenario's base rate that
 * holds at its end. Between two steps the rate moves evenly.
 */

export interface Step {
  readonly seconds: number;
  readonly multiple: number;
}

interface Workload {
  readonly says: string;
  /** The rate at the very beginning. */
  readonly from: number;
  readonly steps: readonly Step[];
  /** For a herd, whose viewers come at once: how many, as a part of what the API lets through at once. */
  readonly herd: { readonly burstPart: number; readonly rounds: number };
}

export const workloads = {
  smoke: {
    says: 'seconds, to see that everything works',
    from: 1,
    steps: [{ seconds: 5, multiple: 1 }],
    herd: { burstPart: 0.16, rounds: 2 },
  },
  average: {
    says: 'the traffic of a usual day',
    from: 1,
    steps: [{ seconds: 40, multiple: 1 }],
    herd: { burstPart: 0.4, rounds: 4 },
  },
  stress: {
    says: 'rises to twice what the API lets through, and stays there',
    from: 1,
    steps: [
      { seconds: 20, multiple: 2 },
      { seconds: 20, multiple: 4 },
      { seconds: 15, multiple: 4 },
    ],
    herd: { burstPart: 0.9, rounds: 4 },
  },
  spike: {
    says: 'ten times as much, suddenly, and back',
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
    says: 'half of a usual day, for half an hour: what leaks shows late',
    from: 0.5,
    steps: [{ seconds: 1800, multiple: 0.5 }],
    herd: { burstPart: 0.2, rounds: 30 },
  },
} as const satisfies Record<string, Workload>;

export type WorkloadName = keyof typeof workloads;
export const workloadNames = Object.keys(workloads) as WorkloadName[];
