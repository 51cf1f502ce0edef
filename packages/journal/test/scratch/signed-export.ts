import { createHash } from 'node:crypto';
import { exportLine, noteKey, signCheckpoint, system, verifierKey } from '../../src/index.ts';
import { append, emptyEdge, rootOfEdge } from '../../src/tree/edge.ts';
import { hashOfLeaf, type Leaf, leafOf } from '../../src/tree/leaf.ts';

const key = noteKey('rohnamo/scratch', Buffer.alloc(32, 9).toString('base64'));
const digest = (text: string) => createHash('sha256').update(text).digest();
const uuid = (text: string) =>
  digest(text)
    .toString('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');

/** The entry at a position of a made-up journal whose subjects take turns; another entry for another `seed`. */
function madeUpEntry(position: number, { subjects, seed = '' }: { subjects: number; seed?: string }): Leaf {
  const at = position - 1;
  return leafOf({
    id: uuid(`entry ${position}${seed}`),
    kind: 'parcel',
    subject: uuid(`subject ${at % subjects}`),
    version: Math.floor(at / subjects) + 1,
    type: 'referral.sent.v1',
    time: new Date(Date.UTC(2026, 10, 24) + at),
    data: { state: 'sent', place: 'Кӯлоб\u2028' },
    detail: at % 3 === 0 ? { reasonCode: 'no-capacity' } : null,
    actor: system,
    audience: null,
    traceparent: null,
    nonce: digest(`nonce ${position}${seed}`).subarray(0, 16),
  });
}

/** An export made without a database: its lines, and the checkpoints over the first so many. What is behind `sealedTo` is pending. */
export function signedExport({
  entries,
  subjects,
  sealedTo = entries,
}: {
  entries: number;
  subjects: number;
  sealedTo?: number;
}) {
  const hashes: Buffer[] = [];
  const lines = Array.from({ length: entries }, (_, at) => {
    const entry = madeUpEntry(at + 1, { subjects });
    const hash = hashOfLeaf(entry);
    hashes.push(hash);
    return `${exportLine({ position: at + 1, entry, sealed: at < sealedTo ? hash : null })}\n`;
  });
  return {
    lines,
    verifier: verifierKey(key),
    checkpoint: (size: number): string =>
      signCheckpoint(key, { size, root: rootOfEdge(append(emptyEdge, hashes.slice(0, size)).edge) }),
  };
}

/** A row of the same form that was never recorded, and looks as if it had been sealed. */
export function forgedLine(position: number, seed: string): string {
  const entry = madeUpEntry(position, { subjects: 5, seed });
  return `${exportLine({ position, entry, sealed: hashOfLeaf(entry) })}\n`;
}
