import { setTimeout as pause } from 'node:timers/promises';
import { limitMet, patiently } from '@rohnamo/backing-services';

/** Looks until something is there. @throws after the deadline, saying what was waited for. */
export async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined>,
  { withinMs = 120_000, everyMs = 50, signal }: { withinMs?: number; everyMs?: number; signal?: AbortSignal } = {},
): Promise<Value> {
  const limitMs = patiently(withinMs);
  const deadline = Date.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(limitMet(what, limitMs));
    await pause(everyMs, undefined, signal ? { signal } : {});
  }
}
