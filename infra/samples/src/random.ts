/** A source of numbers that look random and are the same on every machine for the same seed. Not for secrets. */
export interface Random {
  /** From 0 to below `limit`, whole. */
  below(limit: number): number;
  /** One of these, each as likely as the other. */
  pick<Item>(items: readonly Item[]): Item;
  /** One of these, as likely as its weight says. */
  weighted<Item>(items: readonly (readonly [Item, number])[]): Item;
  /** True so many times in a hundred. */
  percent(share: number): boolean;
}

/** Mulberry32, a generator with 32 bits of state. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  const take = <Item>(items: readonly Item[], index: number): Item => {
    const item = items[index];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  };
  return {
    below,
    pick: (items) => take(items, below(items.length)),
    weighted: (items) => {
      let rest = below(items.reduce((total, [, weight]) => total + weight, 0));
      const index = items.findIndex(([, weight]) => (rest -= weight) < 0);
      return take(items, index)[0];
    },
    percent: (share) => below(100) < share,
  };
}
