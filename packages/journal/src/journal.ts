import type { PgTable } from 'drizzle-orm/pg-core';
import type { Pool } from 'pg';
import { createLease } from './lease.ts';
import { createRecorder } from './record/recorder.ts';
import { subjectTable } from './record/table.ts';
import { newestCheckpoint, startSealer } from './sealer.ts';
import { startSequencer } from './sequencer.ts';
import { noteKey } from './tree/signed-note.ts';
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

/** A service's journal: the one way to write its state. It does not begin to place or seal before `start`. */
export function createJournal({ service, pool, subjects, onError }: JournalOptions) {
  const tables = new Map(Object.entries(subjects).map(([kind, table]) => [kind, subjectTable(table)]));
  const placedListeners = new Set<(position: number) => void>();
  const workers: Worker[] = [];
  let sequencer: Worker | null = null;
  const recorder = createRecorder({ pool, tables, onRecorded: () => sequencer?.wake() });

  return {
    service,
    source: `urn:rohnamo:${service}`,
    pool,
    record: recorder.record,
    /** Calls back with the newest position each time this process has placed entries. */
    onPlaced(listener: (position: number) => void) {
      placedListeners.add(listener);
      return () => placedListeners.delete(listener);
    },
    newestCheckpoint: () => newestCheckpoint(pool),
    /** Begins to place entries and, with a sealer, to seal them. */
    start({ sealer }: { sealer?: { pool: Pool; signingKey: string } } = {}) {
      sequencer = startSequencer({
        pool,
        lease: createLease({ pool, name: 'sequencer' }),
        onPlaced: (position) => placedListeners.forEach((listener) => listener(position)),
        onError,
      });
      workers.push(sequencer);
      if (sealer)
        workers.push(
          startSealer({
            pool: sealer.pool,
            lease: createLease({ pool: sealer.pool, name: 'sealer' }),
            key: noteKey(`rohnamo/${service}`, sealer.signingKey),
            onError,
          }),
        );
    },
    /** Writes what waits, then stops the workers and lets others lead. The pools stay open: they are the caller's. */
    async stop() {
      await recorder.idle();
      await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    },
  };
}
export type Journal = ReturnType<typeof createJournal>;
