import type { Pool } from 'pg';
import type { SubjectKey } from '../entry.ts';
import type { TrailEntry } from '../feed.ts';
import { readTile } from '../sealer.ts';
import { leafHash } from '../tree/leaf.ts';
import { inclusionProof, rootByInclusion } from '../tree/proof.ts';
import { openCheckpoint } from '../tree/signed-note.ts';

/** How a trail stands against a checkpoint. */
export interface TrailVerification {
  /** The checkpoint that it was held against; null before the first. */
  checkpoint: string | null;
  /** Entries that are proved to be under the checkpoint. */
  sealed: number;
  /** Entries that it does not cover yet. */
  pending: number;
  /** Entries that are not the ones that were sealed in their places. */
  broken: string[];
  /** Versions that are missing from the trail, of whichever of its subjects. */
  missingVersions: number[];
}

/** A trail, and the subjects whose whole history it should be, each at a version that it had before the trail was read. */
export interface TrailToVerify {
  subjects: readonly (SubjectKey & { version: number })[];
  entries: readonly TrailEntry[];
}

/** Proves each entry of a trail under a checkpoint (null: there is none yet), and that the versions of each subject are there from 1 to that which it has. */
export async function verifyTrail(
  pool: Pool,
  {
    verifier,
    checkpoint,
    trail: { subjects, entries },
  }: { verifier: string; checkpoint: string | null; trail: TrailToVerify },
): Promise<TrailVerification> {
  const opened = checkpoint === null ? null : openCheckpoint(checkpoint, verifier);
  const verification: TrailVerification = {
    checkpoint,
    sealed: 0,
    pending: 0,
    broken: [],
    missingVersions: missingVersions(subjects, entries),
  };
  for (const entry of entries) {
    const { position } = entry;
    if (checkpoint === null || position === null || (opened !== null && position > opened.size))
      verification.pending += 1;
    else if (opened !== null && (await isUnder(pool, opened, { ...entry, position }))) verification.sealed += 1;
    else verification.broken.push(entry.id);
  }
  return verification;
}

async function isUnder(
  pool: Pool,
  { size, root }: { size: number; root: Buffer },
  entry: TrailEntry & { position: number },
): Promise<boolean> {
  const leaf = entry.position - 1;
  const path = await inclusionProof((level, index) => readTile(pool, level, index), { leaf, size }).catch(() => null);
  return path !== null && rootByInclusion({ leaf, size, hash: leafHash(entry), path })?.equals(root) === true;
}

function missingVersions(subjects: TrailToVerify['subjects'], entries: readonly TrailEntry[]): number[] {
  const bySubject = Map.groupBy(entries, ({ kind, subject }) => `${kind} ${subject}`);
  return subjects.flatMap(({ kind, id, version: newest }) => {
    const there = new Set(bySubject.get(`${kind} ${id}`)?.flatMap(({ version }) => version ?? []));
    return Array.from({ length: Math.max(newest, ...there) }, (_, i) => i + 1).filter((version) => !there.has(version));
  });
}
