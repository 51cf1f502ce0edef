import type { PgTable } from 'drizzle-orm/pg-core';
import type { Pool } from 'pg';
import { type TrailToVerify, type TrailVerification, verifyTrail } from './audit/verify-trail.ts';
import { createGeneration, reaches } from './generation.ts';
import { createLease } from './lease.ts';
import { createRecorder } from './record/recorder.ts';
import { subjectTable } from './record/table.ts';
import { sealJournal } from './seal-journal.ts';
import { newestCheckpoint, publishedCheckpoint, readTile, sealedSize } from './sealer.ts';
import { startSequencer } from './sequencer.ts';
import { consistencyProof, inclusionProof } from './tree/proof.ts';
import type { Worker } from './worker.ts';

export interface JournalOptions {
  /** The service whose journal it is: the source of its events and the origin of its checkpoints. */
  service: string;
  /** The app role's pool. */
  pool: Pool;
  /** The tables whose rows are subjects, by kind, in the order in which they are locked. */
  subjects: Record<string, PgTable>;
  onError: (error: unknown) => void;
}

interface StartOptions {
  sealer?: { pool: Pool; signingKey: string };
  sealedBy?: string;
  /** How often a checkpoint is published; every second where it is not said. */
  publishEveryMs?: number;
}

/** A service's journal: the one way to write its state. It does not begin to place or seal before `start`. */
export function createJournal({ service, pool, subjects, onError }: JournalOptions) {
  const tables = new Map(Object.entries(subjects).map(([kind, table]) => [kind, subjectTable(table)]));
  const placedListeners = new Set<(position: number) => void>();
  const workers: Worker[] = [];
  let sequencer: Worker | null = null;
  let verifier: string | null = null;
  let publishEveryMs = 1000;
  const recorder = createRecorder({ pool, tables, onChanged: () => sequencer?.wake() });

  return {
    service,
    source: `urn:rohnamo:${service}`,
    /** The kinds of its subjects. */
    kinds: [...tables.keys()],
    pool,
    record: recorder.record,
    /** Calls back with the newest position each time this process has placed entries. */
    onPlaced(listener: (position: number) => void) {
      placedListeners.add(listener);
      return () => placedListeners.delete(listener);
    },
    /** Which of its lives it is in. */
    generation: createGeneration(pool),
    /** Whether a reader may go on behind a position, and behind the entry that they read there. */
    reaches: (read: { position: number; entry?: string }) => reaches(pool, read),
    /** For auditors and this service itself: what outsiders are shown is the published one. */
    newestCheckpoint: () => newestCheckpoint(pool),
    publishedCheckpoint: () => publishedCheckpoint(pool, publishEveryMs),
    /** The key that signs checkpoints, as whoever checks them needs it; null where this process neither seals nor was told. */
    verifierKey: () => verifier,
    /** The audit path of a leaf in the tree of a size; null while no checkpoint covers that size, or where the leaf is beyond it. */
    async proveInclusion({ leaf, size }: { leaf: number; size: number }): Promise<Buffer[] | null> {
      if (leaf < 0 || leaf >= size || size > (await sealedSize(pool))) return null;
      return inclusionProof((level, index) => readTile(pool, level, index), { leaf, size });
    },
    /** How a trail stands against the newest checkpoint, or the one that outsiders are shown; null where this process does not know the key. */
    async verifyTrail(
      trail: TrailToVerify,
      { under }: { under: 'newest' | 'published' },
    ): Promise<TrailVerification | null> {
      if (verifier === null) return null;
      const checkpoint = await (under === 'newest'
        ? newestCheckpoint(pool)
        : publishedCheckpoint(pool, publishEveryMs));
      return verifyTrail(pool, { verifier, checkpoint, trail });
    },
    /** That the tree of a size begins with that of a smaller one; null as above. */
    async proveConsistency({ older, newer }: { older: number; newer: number }): Promise<Buffer[] | null> {
      if (older < 1 || older > newer || newer > (await sealedSize(pool))) return null;
      return consistencyProof((level, index) => readTile(pool, level, index), { older, newer });
    },
    /** Begins to place entries and, with a sealer, to seal them. Without one it can be told the key by which others' seals are checked. */
    start({ sealer, sealedBy, ...published }: StartOptions = {}) {
      publishEveryMs = published.publishEveryMs ?? publishEveryMs;
      sequencer = startSequencer({
        pool,
        lease: createLease({ pool, name: 'sequencer' }),
        onPlaced: (position) => placedListeners.forEach((listener) => listener(position)),
        onError,
      });
      workers.push(sequencer);
      verifier = sealedBy ?? null;
      if (!sealer) return;
      const sealing = sealJournal({ service, ...sealer, onError });
      verifier = sealing.verifierKey;
      workers.push(sealing.worker);
    },
    /** Writes what waits, then stops the workers and lets others lead. The pools stay open: they are the caller's. */
    async stop() {
      await recorder.idle();
      await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    },
  };
}
export type Journal = ReturnType<typeof createJournal>;
