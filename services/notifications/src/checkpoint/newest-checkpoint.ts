import { type Journal, recentRead } from '@rohnamo/journal';
import { derivedId } from '../derived-id.ts';
import { checkpointSize } from './checkpoint-size.ts';

/** The newest signed checkpoint that we have heard of another service's journal. */
export interface NewestCheckpoint {
  /** Takes note of a checkpoint that came with an event, if it is newer. Stored at most once in `storeIntervalMs`, so a crash forgets what is younger. */
  hear(note: string | null): Promise<void>;
  /** The newest that this process has heard of, or that any had stored `storeIntervalMs` ago. */
  read(): Promise<string | null>;
}

/** @param origin the journal's origin, such as `rohnamo/referral`: checkpoints of others are left out. */
export function createNewestCheckpoint({
  journal,
  origin,
  now,
  storeIntervalMs = 1000,
}: {
  journal: Journal;
  origin: string;
  now: () => Date;
  storeIntervalMs?: number;
}): NewestCheckpoint {
  const id = derivedId('checkpoint', origin);
  let newest: { size: number; note: string } | null = null;
  let storedAt = 0;
  let storing: Promise<void> | null = null;

  const stored = async (): Promise<{ size: number; note: string } | null> => {
    const { rows } = await journal.pool.query<{ version: string; note: string }>({
      name: 'heard checkpoint',
      text: 'select version, note from heard_checkpoint where id = $1',
      values: [id],
    });
    return rows[0] ? { size: Number(rows[0].version), note: rows[0].note } : null;
  };
  const recentlyStored = recentRead(storeIntervalMs, stored);

  const store = async (): Promise<void> => {
    const before = await stored();
    if (newest === null || (before !== null && before.size >= newest.size)) return;
    const { size, note } = newest;
    // Where another replica stores one at this moment, theirs will do.
    await journal.record({
      projections: [
        { kind: 'heard-checkpoint', id, expected: before?.size ?? 0, version: size, state: { origin, note } },
      ],
    });
  };

  return {
    async hear(note) {
      const size = note === null ? null : checkpointSize(note, origin);
      if (note === null || size === null || (newest !== null && newest.size >= size)) return;
      newest = { size, note };
      if (storing !== null || now().getTime() - storedAt < storeIntervalMs) return;
      storedAt = now().getTime();
      storing = store().finally(() => (storing = null));
      await storing;
    },
    async read() {
      const known = await recentlyStored();
      if (known !== null && (newest === null || known.size > newest.size)) newest = known;
      return newest?.note ?? null;
    },
  };
}
