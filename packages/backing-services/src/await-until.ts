import { setTimeout as delay } from 'node:timers/promises';

const POLL_INTERVAL_MS = 25;

export interface Awaited {
  /** What is waited for, as it reads after "gave up waiting for". */
  what: string;
  deadlineMs: number;
  /** Answers true when it is there. What it throws ends the wait at once. */
  attempt: () => Promise<boolean> | boolean;
}

/** Asks until the answer is true. Throws when the deadline has passed, or at once what `attempt` threw. */
export async function awaitUntil({ what, deadlineMs, attempt }: Awaited): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!(await attempt())) {
    if (performance.now() > deadline) throw new Error(`gave up waiting for ${what} after ${deadlineMs / 1000} s`);
    await delay(POLL_INTERVAL_MS);
  }
}
