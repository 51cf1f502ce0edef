import { setTimeout as pause } from 'node:timers/promises';

/** Looks until something is there. @throws after the deadline, saying what was waited for. */
export async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined>,
  { withinMs = 30_000, everyMs = 50, signal }: { withinMs?: number; everyMs?: number; signal?: AbortSignal } = {},
): Promise<Value> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs / 1000} s`);
    await pause(everyMs, undefined, signal ? { signal } : {});
  }
}
