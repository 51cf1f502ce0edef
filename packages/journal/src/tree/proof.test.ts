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

/** The test vectors of the Certificate Transparency reference implementation (google/certificate-transparency, merkle tree tests). */
const published = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((leaf) => hashLeaf(Buffer.from(leaf, 'hex')));
const node = {
  leaf1: '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  leaf2: '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
  leaf5: 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  leaf6: '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
  of1To2: 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  of3To4: '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
  of7To8: 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
  of1To4: 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  of5To8: '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
};
const hex = (path: readonly Buffer[]) => path.map((hash) => hash.toString('hex'));

describe('an inclusion proof', () => {
  it.each([
    { leaf: 0, size: 1, path: [] },
    { leaf: 0, size: 8, path: [node.leaf2, node.of3To4, node.of5To8] },
    { leaf: 5, size: 8, path: [node.leaf5, node.of7To8, node.of1To4] },
    { leaf: 2, size: 3, path: [node.of1To2] },
    { leaf: 1, size: 5, path: [node.leaf1, node.of3To4, node.leaf5] },
  ])('is the published one for leaf $leaf of $size', async ({ leaf, size, path }) => {
    expect(hex(await inclusionProof(tilesOf(published.slice(0, size)), { leaf, size }))).toEqual(path);
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
  it.each([
    { older: 1, newer: 1, path: [] },
    { older: 1, newer: 8, path: [node.leaf2, node.of3To4, node.of5To8] },
    { older: 6, newer: 8, path: [node.leaf6, node.of7To8, node.of1To4] },
    { older: 2, newer: 5, path: [node.of3To4, node.leaf5] },
  ])('is the published one from $older to $newer', async ({ older, newer, path }) => {
    expect(hex(await consistencyProof(tilesOf(published), { older, newer }))).toEqual(path);
  });

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
