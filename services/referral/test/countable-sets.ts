/**
 * The sets of kinds whose tasks somebody can count who is told some figures: each whose count is a sum of the figures, with whatever
 * weights. `figures` says of each figure which kinds count in it. Only those that are not made up of smaller ones are answered.
 *
 * A set can be counted if its indicator is in the row space of the figures. A vector of that space is known by its entries at the
 * pivots, so that all of 0 and 1 are found among 2^rank candidates.
 */
export function countableSets(figures: readonly (readonly boolean[])[]): boolean[][] {
  const rows = reduced(figures.map((kinds) => kinds.map(Number)));
  const sets: bigint[] = [];
  for (let choice = 1; choice < 2 ** rows.length; choice++) {
    const chosen = rows.filter((_, index) => (choice >> index) & 1);
    const set = indicatorOf(chosen);
    if (set !== null) sets.push(set);
  }
  const all = new Set(sets);
  const isMadeUp = (set: bigint) => sets.some((part) => part !== set && (part & set) === part && all.has(set ^ part));
  const kinds = figures[0]?.length ?? 0;
  return sets
    .filter((set) => !isMadeUp(set))
    .map((set) => Array.from({ length: kinds }, (_, kind) => ((set >> BigInt(kind)) & 1n) === 1n));
}

/** The sum of some rows as a set of kinds; null where it is not one. */
function indicatorOf(rows: readonly (readonly number[])[]): bigint | null {
  let set = 0n;
  for (let kind = 0; kind < (rows[0]?.length ?? 0); kind++) {
    const entry = rows.reduce((sum, row) => sum + (row[kind] ?? 0), 0);
    if (isNear(entry, 1)) set |= 1n << BigInt(kind);
    else if (!isNear(entry, 0)) return null;
  }
  return set;
}

/** The reduced row echelon form, without rows of zeros. */
function reduced(matrix: number[][]): number[][] {
  const rows = [...matrix];
  const done: number[][] = [];
  for (let column = 0; column < (matrix[0]?.length ?? 0); column++) {
    const at = rows.findIndex((row) => !isNear(row[column] ?? 0, 0));
    if (at < 0) continue;
    const [found = []] = rows.splice(at, 1);
    const pivot = found.map((entry) => entry / (found[column] ?? 1));
    const without = (row: number[]) => row.map((entry, index) => entry - (row[column] ?? 0) * (pivot[index] ?? 0));
    rows.splice(0, rows.length, ...rows.map(without));
    done.splice(0, done.length, ...done.map(without), pivot);
  }
  return done;
}

const isNear = (entry: number, value: number): boolean => Math.abs(entry - value) < 1e-9;
