import { setTimeout as delay } from 'node:timers/promises';
import { limitMet, patiently } from './patience.ts';

const POLL_INTERVAL_MS = 25;

export interface Awaited {
  /** What is waited for: `Postgres to answer`. */
  what: string;
  deadlineMs: number;
  /** Answers true when it is there. What it throws ends the wait at once. */
  attempt: () => Promise<boolean> | boolean;
}

/** Asks until the answer is true. Throws when the deadline has passed, or at once what `attempt` threw. */
export async function awaitUntil({ what, deadlineMs, attempt }: Awaited): Promise<void> {
  const limitMs = patiently(deadlineMs);
  const deadline = performance.now() + limitMs;
  while (!(await attempt())) {
    if (performance.now() > deadline) throw new Error(limitMet(`waiting for ${what}`, limitMs));
    await delay(POLL_INTERVAL_MS);
  }
}
