import { append, type Edge, emptyEdge, rootOfEdge } from '../tree/edge.ts';

const batchMax = 1024;

/** A tree to which leaves are added one by one, and whose root can be asked for; once a leaf is not known, there is none. */
interface GrowingTree {
  add: (leaf: Buffer | null) => void;
  root: () => Buffer | null;
  /** The same tree, to grow in another way. */
  fork: () => GrowingTree;
}

function growingTree(from: Edge | null = emptyEdge): GrowingTree {
  let edge = from;
  let leaves: Buffer[] = [];
  const settle = (): Edge | null => {
    if (edge !== null && leaves.length > 0) edge = append(edge, leaves).edge;
    leaves = [];
    return edge;
  };
  return {
    add(leaf) {
      if (leaf === null) edge = null;
      if (edge === null || leaf === null) return;
      leaves.push(leaf);
      if (leaves.length === batchMax) settle();
    },
    root() {
      const settled = settle();
      return settled && rootOfEdge(settled);
    },
    fork: () => growingTree(settle()),
  };
}

/** The tree of the entries as they stand, and that of the hashes that were sealed: one, as long as both are the same. */
export function twoTrees() {
  let standing = growingTree();
  let sealing = standing;
  return {
    /** @param sealed null where no hash was sealed; @param entry null where the entry is gone. */
    add({ entry, sealed }: { entry: Buffer | null; sealed: Buffer | null }): void {
      const leaf = sealed ?? entry;
      const isSame = entry !== null && (leaf === entry || leaf?.equals(entry) === true);
      if (!isSame && standing === sealing) sealing = standing.fork();
      standing.add(entry);
      if (sealing !== standing) sealing.add(leaf);
    },
    /** A leaf is missing, and neither tree can be had from here on. */
    lose(): void {
      standing = sealing = growingTree(null);
    },
    roots: () => ({ standing: standing.root(), sealed: sealing.root() }),
    /** One of them was signed: both go on from it. */
    goOnFrom(signed: 'standing' | 'sealed'): void {
      if (signed === 'standing') sealing = standing;
      else standing = sealing;
    },
  };
}
