import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { append, emptyEdge } from './edge.ts';
import { hashLeaf, rootOf } from './hashing.ts';
import { consistencyProof, inclusionProof, isConsistent, rootByInclusion } from './proof.ts';

const leavesOf = (count: number) => Array.from({ length: count }, (_, i) => hashLeaf(Buffer.from(String(i))));

/** Tiles as the sealer writes them. */
function tilesOf(leaves: Buffer[]) {
  const tiles = new Map(
    append(emptyEdge, leaves).tiles.map(({ level, index, hashes }) => [`${level}/${index}`, Buffer.concat(hashes)]),
  );
  return (level: number, index: number) => Promise.resolve(tiles.get(`${level}/${index}`) ?? Buffer.alloc(0));
}

describe('an inclusion proof', () => {
  it('is the published RFC 6962 example', async () => {
    const leaves = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ].map((leaf) => hashLeaf(Buffer.from(leaf, 'hex')));
    const path = await inclusionProof(tilesOf(leaves), { leaf: 5, size: 8 });
    expect(path.map((hash) => hash.toString('hex'))).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  it('makes the root for every leaf of a tree of any size, and for no other leaf or size', async () => {
    const all = leavesOf(700);
    const readTile = tilesOf(all);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 700 }), fc.nat(699), async (size, at) => {
        const leaf = at % size;
        const path = await inclusionProof(readTile, { leaf, size });
        const root = rootOf(all.slice(0, size));
        expect(rootByInclusion({ leaf, size, hash: all[leaf]!, path })).toEqual(root);
        const other = hashLeaf(Buffer.from('other'));
        expect(rootByInclusion({ leaf, size, hash: other, path })).not.toEqual(root);
        if (path.length > 0)
          expect(rootByInclusion({ leaf, size, hash: all[leaf]!, path: path.slice(1) })).not.toEqual(root);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a consistency proof', () => {
  it('shows that a tree of any size grew from any smaller one, and that a changed one did not', async () => {
    const all = leavesOf(700);
    const readTile = tilesOf(all);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 700 }), fc.nat(699), async (size, at) => {
        const older = (at % size) + 1;
        const path = await consistencyProof(readTile, { older, newer: size });
        const newer = { size, root: rootOf(all.slice(0, size)) };
        expect(isConsistent({ older: { size: older, root: rootOf(all.slice(0, older)) }, newer, path })).toBe(true);
        const changed = all.slice(0, older).with(at % older, hashLeaf(Buffer.from('changed')));
        expect(isConsistent({ older: { size: older, root: rootOf(changed) }, newer, path })).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});
