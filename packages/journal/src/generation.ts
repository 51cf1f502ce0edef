import type { Pool } from 'pg';

/** Which of its lives a journal is in: a restore begins another, in which positions may be of other entries than before. */
export interface Generation {
  id: string;
  /** Whether it was restored ever, so that a place which names no generation may be of the life before. */
  isRestored: boolean;
}

/** Reads it once: it changes only by a restore, for which every process of the service is stopped. */
export function createGeneration(pool: Pool): () => Promise<Generation> {
  let known: Promise<Generation> | null = null;
  const read = async (): Promise<Generation> => {
    const { rows } = await pool.query<{ id: string; isRestored: boolean }>(
      'select id, restored_at is not null as "isRestored" from generation',
    );
    const [row] = rows;
    if (row === undefined) throw new Error('the table "generation" has no row: the migrations were not applied whole');
    return row;
  };
  return () => {
    known ??= read().catch((error: unknown) => {
      known = null; // asked for again
      throw error;
    });
    return known;
  };
}

/**
 * Whether a reader who has read to a position may go on from there: the journal reaches as far, and where the reader says which
 * entry it read last, that entry still has this position.
 */
export async function reaches(pool: Pool, { position, entry }: { position: number; entry?: string }): Promise<boolean> {
  if (position === 0) return true;
  const { rows } = await pool.query<{ end: string | null; id: string | null }>({
    name: 'does it reach',
    text: 'select (select max(position) from place) as end, (select id from place where position = $1) as id',
    values: [position],
  });
  const { end, id } = rows[0]!;
  return Number(end ?? 0) >= position && (entry === undefined || id === null || id === entry);
}
