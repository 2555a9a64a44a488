/** What one run may do at most, whoever asks for it. To go beyond is a change here, seen by others. */
export const caps = {
  requestsPerSecond: 600,
  minutes: 60,
  requests: 200_000,
  /** By the estimate, before the first request. */
  dollars: 5,
} as const;
