import { setTimeout as pause } from 'node:timers/promises';

/**
 * Calls until it neither throws nor answers undefined, null or false, and answers what it answered. Once what could bring it about
 * `isOver`, a process that has ended say, it is called one last time.
 * @throws after `withinMs`, or when it is over, with the last failure as its cause.
 */
export async function eventually<T>(
  look: () => T | Promise<T>,
  { withinMs = 15_000, everyMs = 20, isOver = (): boolean => false } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    const wasOver = isOver();
    try {
      const seen = await look();
      if (seen !== undefined && seen !== null && seen !== false) return seen as NonNullable<Exclude<T, false>>;
      last = new Error('it was not so yet');
    } catch (error) {
      last = error;
    }
    if (wasOver) throw new Error('it did not happen before all was over', { cause: last });
    if (Date.now() > deadline) throw new Error(`it did not happen within ${withinMs} ms`, { cause: last });
    await pause(everyMs);
  }
}
