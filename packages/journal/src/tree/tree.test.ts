import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { append, emptyEdge, rootOfEdge, tileWidth } from './edge.ts';
import { emptyRoot, hashLeaf, rootOf } from './hashing.ts';
import {
  noteKey,
  openCheckpoint,
  openNote,
  readVerifierKey,
  signCheckpoint,
  splitNotes,
  verifierKey,
} from './signed-note.ts';

/** The test vectors of the Certificate Transparency reference implementation (google/certificate-transparency, merkle tree tests). */
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('the Merkle tree', () => {
  it('hashes as the published RFC 6962 examples do', () => {
    expect(emptyRoot.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    const hashes = leaves.map((leaf) => hashLeaf(Buffer.from(leaf, 'hex')));
    expect(hashes.map((_, i) => rootOf(hashes.slice(0, i + 1)).toString('hex'))).toEqual(roots);
  });

  it('has the same root however its leaves were appended', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: tileWidth + 40 }), { maxLength: 8 });
    fc.assert(
      fc.property(sizes, (chunks) => {
        const total = chunks.reduce((sum, size) => sum + size, 0);
        const all = Array.from({ length: total }, (_, i) => hashLeaf(Buffer.from(String(i))));
        let edge = emptyEdge;
        for (const size of chunks) edge = append(edge, all.slice(edge.size, edge.size + size)).edge;
        expect(rootOfEdge(edge)).toEqual(rootOf(all));
      }),
      { numRuns: 60 },
    );
  });

  it('fills tiles whole, and lifts each full tile to the level above', () => {
    const all = Array.from({ length: tileWidth * 2 + 3 }, (_, i) => hashLeaf(Buffer.from(String(i))));
    const { tiles } = append(emptyEdge, all);
    expect(tiles.map(({ level, index, hashes }) => [level, index, hashes.length])).toEqual([
      [0, 0, tileWidth],
      [1, 0, 2],
      [0, 1, tileWidth],
      [0, 2, 3],
    ]);
  });
});

describe('a signed note', () => {
  /** The example of the reference implementation (golang.org/x/mod/sumdb/note). */
  const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  const note = `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
  const published = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';

  it('opens as the published C2SP example does, and not once it was changed', () => {
    expect(openNote(note, published)).toBe(text);
    expect(openNote(note.replace('answer', 'Answer'), published)).toBeNull();
  });

  it('is opened with a key of which no part was cut off or changed', () => {
    expect(readVerifierKey(published)).not.toBeNull();
    for (let at = 0; at < published.length; at++) {
      expect(readVerifierKey(published.slice(0, at)), String(at)).toBeNull();
      const other = published[at] === 'b' ? 'c' : 'b';
      expect(readVerifierKey(published.slice(0, at) + other + published.slice(at + 1)), String(at)).toBeNull();
    }
  });

  it('is found among others in a file, with or without empty lines between them', () => {
    expect(splitNotes(`${note}${note}\n\n${note}`)).toEqual({ notes: [note, note, note] });
    expect(splitNotes(note.trimEnd())).toEqual({ notes: [note] });
    expect(splitNotes(`${note}${text}`)).toEqual({ strayLine: 5 });
  });
});

describe('a checkpoint', () => {
  const key = noteKey('rohnamo/referral', Buffer.alloc(32, 1).toString('base64'));
  const note = signCheckpoint(key, { size: 8, root: Buffer.from(roots[7]!, 'hex') });

  it('opens for who has its key', () => {
    expect(openCheckpoint(note, verifierKey(key))).toEqual({ size: 8, root: Buffer.from(roots[7]!, 'hex') });
  });

  it('does not open once a character of it was changed, or under another key', () => {
    fc.assert(
      fc.property(fc.nat({ max: note.length - 2 }), (at) => {
        const changed = note.slice(0, at) + (note[at] === 'A' ? 'B' : 'A') + note.slice(at + 1);
        expect(openCheckpoint(changed, verifierKey(key))).toBeNull();
      }),
    );
    expect(
      openCheckpoint(note, verifierKey(noteKey('rohnamo/referral', Buffer.alloc(32, 2).toString('base64')))),
    ).toBeNull();
  });
});
