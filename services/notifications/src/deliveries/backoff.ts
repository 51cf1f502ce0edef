const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Pauses before the second try, the third, and so on. Together less than three days. */
const pausesMs = [
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  30 * minute,
  2 * hour,
  6 * hour,
  ...Array<number>(5).fill(12 * hour),
];

/** How long is tried at most, and how often. */
export const tries = { count: pausesMs.length + 1, withinMs: 72 * hour };

/**
 * The pause after a failed try: the schedule's, between half and one and a half of it, so that what failed together does not
 * come back together. null when it is time to give up.
 * @param attempts tries made so far, at least 1
 * @param random in [0, 1)
 * @param firstRetryMs the first pause; the others grow in proportion
 */
export function nextAttempt(attempts: number, random: number, firstRetryMs: number = 5 * second): number | null {
  const pauseMs = pausesMs[attempts - 1];
  if (pauseMs === undefined) return null;
  return Math.max(1, Math.round(pauseMs * (firstRetryMs / (5 * second)) * (0.5 + random)));
}
