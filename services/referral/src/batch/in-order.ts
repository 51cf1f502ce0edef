/**
 * Works on several things at a time, and delivers what came of each in the order in which they were taken.
 * @param work may not fail: what can go wrong is part of its result
 */
export function inOrder<Item, Result>({
  atOnce,
  work,
  deliver,
}: {
  /** As many may be taken and not delivered yet. */
  atOnce: number;
  work: (item: Item) => Promise<Result>;
  deliver: (result: Result) => void;
}) {
  const underWay: Promise<void>[] = [];
  return {
    /** Resolves when the work on it has begun: not before there is room. */
    async take(item: Item): Promise<void> {
      while (underWay.length >= atOnce) await underWay[0];
      const before = underWay.at(-1);
      const result = work(item);
      const delivered = (async () => {
        await before;
        deliver(await result);
        void underWay.shift();
      })();
      underWay.push(delivered);
    },
    /** Resolves when everything that was taken is delivered. */
    async idle(): Promise<void> {
      await underWay.at(-1);
    },
  };
}
