/**
 * Shares commits: one group is being written, and whatever arrives meanwhile goes in the next.
 * @param write answers in the order of what it was given.
 */
export function inGroups<Item, Result>(
  write: (items: Item[]) => Promise<Result[]>,
  { groupMax = 256 } = {},
): (item: Item) => Promise<Result> {
  let waiting: { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void }[] = [];
  let isWriting = false;

  const drain = async () => {
    isWriting = true;
    await Promise.resolve(); // whoever comes in this turn of the event loop joins the first group
    while (waiting.length > 0) {
      const group = waiting.slice(0, groupMax);
      waiting = waiting.slice(groupMax);
      try {
        const results = await write(group.map(({ item }) => item));
        group.forEach(({ resolve }, index) => resolve(results[index]!));
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    isWriting = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isWriting) void drain();
    });
}
