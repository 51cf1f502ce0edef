import { setTimeout as delay } from 'node:timers/promises';

/**
 * After how long an answer leaves, counted from the arrival. What is done for a slip that is known (two reads, and an entry that
 * is on disk before it answers) takes 5 to 20 ms, and under load some 100; for one that is not, a little less.
 */
const stepMs = 300;

/** How much longer to wait, so that the answer leaves a whole number of steps after it arrived. */
export const remainingMs = (elapsedMs: number, step = stepMs): number =>
  Math.max(1, Math.ceil(elapsedMs / step)) * step - elapsedMs;

/**
 * Does the work, and is done (or fails) a whole number of steps after it began: the time that it took tells nothing. Work that
 * takes longer than a step is not told apart from other such work.
 */
export async function evenly<Result>(work: () => Promise<Result>): Promise<Result> {
  const begunAt = performance.now();
  try {
    return await work();
  } finally {
    await delay(remainingMs(performance.now() - begunAt));
  }
}
