import { setImmediate as turn } from 'node:timers/promises';

/** Reads that may be under way at once: with one, whoever comes just after it began waits for two. */
const underWayMax = 2;

/**
 * Reads by key, shared: what is asked while reads are under way goes together in the next one.
 * @param load all that is found for the keys, by key; a key without a value is left out.
 */
export function sharedRead<Key, Value>(load: (keys: Key[]) => Promise<Map<Key, Value>>) {
  let asked = new Map<Key, { resolve: (value: Value | null) => void; reject: (error: unknown) => void }[]>();
  let underWay = 0;

  const drain = async (): Promise<void> => {
    underWay += 1;
    await turn(); // whoever asks in this turn of the event loop comes along
    while (asked.size > 0) {
      const batch = asked;
      asked = new Map();
      try {
        const found = await load([...batch.keys()]);
        for (const [key, askers] of batch) for (const { resolve } of askers) resolve(found.get(key) ?? null);
      } catch (error) {
        for (const askers of batch.values()) for (const { reject } of askers) reject(error);
      }
    }
    underWay -= 1;
  };

  return (key: Key): Promise<Value | null> =>
    new Promise((resolve, reject) => {
      const askers = asked.get(key);
      if (askers) askers.push({ resolve, reject });
      else asked.set(key, [{ resolve, reject }]);
      if (underWay < underWayMax) void drain();
    });
}
