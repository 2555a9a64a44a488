const minute = 60;
const hour = 60 * minute;
const steps = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 672].map((count) => count * hour),
];

/** Round times, in seconds, as many as may be. @param {number} from @param {number} to @param {number} most */
export function timeTicks(from, to, most) {
  const step = steps.find((one) => (to - from) / one <= most) ?? to - from;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, index) => first + index * step);
}
