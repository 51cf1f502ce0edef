/**
 * Runs a task for each item: items of one key one after another in their order, different keys side by side.
 * @throws the first failure, after everything that had begun is over.
 */
export async function inOrderPerKey<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  task: (item: Item) => Promise<void>,
): Promise<void> {
  const byKey = Map.groupBy(items, keyOf);
  const results = await Promise.allSettled(
    [...byKey.values()].map(async (queue) => {
      for (const item of queue) await task(item);
    }),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
