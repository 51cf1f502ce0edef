/** Runs tasks of one key one after another, those of different keys side by side. */
export function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return async function inTurn<Result>(key: string, task: () => Promise<Result>): Promise<Result> {
    const before = last.get(key);
    const mine = (async () => {
      await before?.catch(() => undefined); // its caller is told
      return task();
    })();
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
