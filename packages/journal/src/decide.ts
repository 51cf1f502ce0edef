import type { Pool } from 'pg';
import type { IdempotencyKey, Outcome, Unit } from './record/unit.ts';

/** What was decided over a state: to record something, or not to. */
export type Decision<Result, Refusal> = { record: Unit; result: Result } | { refuse: Refusal };

/** What came of it. `repeat`: the key was used for this very request before; answer from the subject it made or moved. */
export type Written<Result, Refusal> =
  | { kind: 'recorded'; result: Result }
  | { kind: 'repeat'; subject: string; version: number }
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'key-reused' }
  | { kind: 'contention' }
  | { kind: 'constraint'; constraint: string | null };

/** How often a decision is taken anew when the state moved under it. */
const attemptsMax = 3;

/**
 * Decides over what is read and records the decision; on a lost race reads and decides again, three times at most. With a key,
 * a repeat is found where it costs nothing: when the gate turns it away, or when the state refuses it because it has been done.
 */
export async function decideAndRecord<State, Result, Refusal>({
  journal,
  read,
  decide,
  key,
}: {
  journal: { pool: Pool; record: (unit: Unit) => Promise<Outcome> };
  read: () => Promise<State>;
  decide: (state: State) => Decision<Result, Refusal> | Promise<Decision<Result, Refusal>>;
  key?: IdempotencyKey | undefined;
}): Promise<Written<Result, Refusal>> {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const decision = await decide(await read());
    if ('refuse' in decision)
      return (key && (await findRepeat(journal.pool, key))) ?? { kind: 'refused', refusal: decision.refuse };
    const outcome = await journal.record(key ? { ...decision.record, key } : decision.record);
    if (outcome.kind === 'recorded') return { kind: 'recorded', result: decision.result };
    if (outcome.kind === 'refused')
      return (key && (await findRepeat(journal.pool, key))) ?? { kind: 'constraint', constraint: outcome.constraint };
    const repeat = key && (await findRepeat(journal.pool, key));
    if (repeat) return repeat;
  }
  return { kind: 'contention' };
}

/** What a key was used for before, if it was. */
export async function findRepeat(
  pool: Pool,
  key: IdempotencyKey,
): Promise<{ kind: 'repeat'; subject: string; version: number } | { kind: 'key-reused' } | null> {
  const { rows } = await pool.query<{ fingerprint: Buffer; subject: string; version: string }>({
    name: 'find repeat',
    text: 'select fingerprint, subject, version from idempotency where client = $1 and key = $2',
    values: [key.client, key.key],
  });
  const stored = rows[0];
  if (!stored) return null;
  if (!stored.fingerprint.equals(key.fingerprint)) return { kind: 'key-reused' };
  return { kind: 'repeat', subject: stored.subject, version: Number(stored.version) };
}
