/** How fast may be guessed: so many times at once, and then after a wait that doubles from guess to guess. */
export interface Pace {
  /** Guesses without any wait. */
  freely: number;
  firstWaitMs: number;
  waitMaxMs: number;
}

/** By one code, from wherever: 36 guesses on the first day and 24 on each later one, in each process. docs/security.md counts what that means. */
export const paceOfCode: Pace = { freely: 5, firstWaitMs: 10_000, waitMaxMs: 3_600_000 };
/** From one address, by whatever codes: more, for many ask at an office or behind one connection. */
export const paceOfAddress: Pace = { freely: 40, firstWaitMs: 10_000, waitMaxMs: 900_000 };

/** After how long without a guess all are forgotten. */
const forgottenAfterMs = 24 * 3_600_000;
/** As many as other limits remember. */
const keysMax = 10_000;

/** How long to wait for the next guess after so many. */
export const waitAfterMs = (guesses: number, { freely, firstWaitMs, waitMaxMs }: Pace): number =>
  guesses < freely ? 0 : Math.min(firstWaitMs * 2 ** (guesses - freely), waitMaxMs);

interface Guessed {
  count: number;
  lastMs: number;
}

/**
 * Counts guesses by key, in this process, and says how long to wait: seconds at first, never longer than the pace has. Others' guesses
 * can slow somebody down, not lock them out.
 */
export function createSlowDown(pace: Pace) {
  const guessed = new Map<string, Guessed>(); // in the order in which they were counted last
  const known = (key: string, nowMs: number): Guessed => {
    const before = guessed.get(key);
    return before === undefined || nowMs - before.lastMs >= forgottenAfterMs ? { count: 0, lastMs: 0 } : before;
  };
  const keep = (key: string, kept: Guessed): void => {
    guessed.delete(key);
    if (kept.count > 0) guessed.set(key, kept);
    if (guessed.size > keysMax) guessed.delete(guessed.keys().next().value!); // it is not empty
  };
  return {
    /** How long to wait until the next guess; 0: none. */
    waitMs(key: string, nowMs: number): number {
      const { count, lastMs } = known(key, nowMs);
      return Math.max(0, lastMs + waitAfterMs(count, pace) - nowMs);
    },
    /** Counts a guess. @returns takes it back: it was none */
    count(key: string, nowMs: number): () => void {
      const before = known(key, nowMs);
      keep(key, { count: before.count + 1, lastMs: nowMs });
      return () => {
        const { count, lastMs } = known(key, nowMs);
        keep(key, { count: count - 1, lastMs: count === before.count + 1 ? before.lastMs : lastMs });
      };
    },
  };
}
export type SlowDown = ReturnType<typeof createSlowDown>;
