import { setTimeout as pause } from 'node:timers/promises';

/**
 * Calls until it neither throws nor answers undefined, null or false, and answers what it answered.
 * @throws after `withinMs`, with the last failure as its cause.
 */
export async function eventually<T>(
  look: () => T | Promise<T>,
  { withinMs = 15_000, everyMs = 20 } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== null && seen !== false) return seen as NonNullable<Exclude<T, false>>;
      last = new Error('it was not so yet');
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`it did not happen within ${withinMs} ms`, { cause: last });
    await pause(everyMs);
  }
}
