import type { JournalEvent } from '@rohnamo/contracts';
import type { Pool, PoolClient } from 'pg';

/** What may be told of a parked event. */
export interface ParkedEvent {
  group: string;
  subject: string;
  sequence: number;
  id: string;
  type: string;
  parkedAt: Date;
  /** How often it was tried; 0 while it only waits behind another of its subject. */
  attempts: number;
  /** The code or the name of the last error, or `queued`. */
  reason: string;
}

/** A subject's queue within a group. */
interface Key {
  group: string;
  subject: string;
}

/** What stands in the table `parked` of a consumer's database: effects still to be done, in no journal, for they are not state. */
export const parkedEvents = (pool: Pool) => ({
  /** Which of these subjects have a queue. One look at the primary key. */
  async queued(group: string, subjects: string[]): Promise<Set<string>> {
    const { rows } = await pool.query<{ subject: string }>({
      name: 'parked subjects',
      text: 'select distinct subject from parked where consumer = $1 and subject = any($2::uuid[])',
      values: [group, subjects],
    });
    return new Set(rows.map(({ subject }) => subject));
  },

  /** Begins a queue with an event that failed. Parked already: its attempts are added. */
  async park(group: string, event: JournalEvent, failed: { attempts: number; reason: string }): Promise<void> {
    await pool.query(
      `insert into parked (consumer, subject, sequence, event, parked_at, attempts, reason) values ($1, $2, $3, $4, now(), $5, $6)
       on conflict (consumer, subject, sequence) do update set attempts = parked.attempts + excluded.attempts, reason = excluded.reason`,
      [group, event.subject, event.sequence, event, failed.attempts, failed.reason],
    );
  },

  /** Puts an event into the queue of its subject. False where there is none any more: it is to be handled. */
  enqueue: (group: string, event: JournalEvent): Promise<boolean> =>
    alone(pool, { group, subject: event.subject }, async (client) => {
      const { rows } = await client.query<{ queued: boolean }>(
        `with queue as (select exists (select from parked where consumer = $1 and subject = $2) as queued),
         added as (insert into parked (consumer, subject, sequence, event, parked_at, attempts, reason)
           select $1, $2, $3, $4, now(), 0, 'queued' from queue where queued on conflict do nothing)
         select queued from queue`,
        [group, event.subject, event.sequence, event],
      );
      return rows[0]?.queued === true;
    }),

  /** The next to be handled of a subject. */
  async first({ group, subject }: Key): Promise<JournalEvent | null> {
    const { rows } = await pool.query<{ event: JournalEvent }>(
      'select event from parked where consumer = $1 and subject = $2 order by sequence limit 1',
      [group, subject],
    );
    return rows[0]?.event ?? null;
  },

  async failedAgain({ group, subject, sequence }: Key & { sequence: number }, reason: string): Promise<void> {
    await pool.query(
      'update parked set attempts = attempts + 1, reason = $4 where consumer = $1 and subject = $2 and sequence = $3',
      [group, subject, sequence, reason],
    );
  },

  /** What was taken away; null where there was nothing. */
  remove: (key: Key & { sequence: number }): Promise<ParkedEvent | null> =>
    alone(pool, key, async (client) => {
      const { rows } = await client.query<Row>(
        `delete from parked where consumer = $1 and subject = $2 and sequence = $3 returning ${columns}`,
        [key.group, key.subject, key.sequence],
      );
      return rows[0] === undefined ? null : parkedEventOf(rows[0]);
    }),

  /** By group, subject and sequence, behind `after`. */
  async list({
    after,
    limit,
  }: {
    after: readonly [group: string, subject: string, sequence: number] | null;
    limit: number;
  }): Promise<ParkedEvent[]> {
    const { rows } = await pool.query<Row>(
      `select ${columns} from parked where $1::text is null or (consumer, subject, sequence) > ($1, $2::uuid, $3::bigint)
       order by consumer, subject, sequence limit $4`,
      [...(after ?? [null, null, null]), limit],
    );
    return rows.map(parkedEventOf);
  },

  async subjects(group: string): Promise<string[]> {
    const { rows } = await pool.query<{ subject: string }>(
      'select distinct subject from parked where consumer = $1 order by subject',
      [group],
    );
    return rows.map(({ subject }) => subject);
  },

  async counts(): Promise<Map<string, number>> {
    const { rows } = await pool.query<{ consumer: string; count: string }>(
      'select consumer, count(*) from parked group by consumer',
    );
    return new Map(rows.map(({ consumer, count }) => [consumer, Number(count)]));
  },

  /** Works on a subject's queue as the only one in all processes. False, and nothing done, where another does already. */
  async exclusively({ group, subject }: Key, work: () => Promise<void>): Promise<boolean> {
    const lock = [`replay ${group} ${subject}`];
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      const { rows } = await client.query<{ held: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as held',
        lock,
      );
      if (rows[0]?.held !== true) return false;
      try {
        await work();
      } finally {
        await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', lock);
      }
      return true;
    } catch (error) {
      broken = error as Error;
      throw error;
    } finally {
      client.release(broken); // what broke is closed, and its lock goes with it
    }
  },
});

interface Row {
  consumer: string;
  subject: string;
  sequence: string;
  id: string;
  type: string;
  parked_at: Date;
  attempts: number;
  reason: string;
}

const columns = `consumer, subject, sequence, event->>'id' as id, event->>'type' as type, parked_at, attempts, reason`;

const parkedEventOf = ({ consumer, parked_at: parkedAt, sequence, ...row }: Row): ParkedEvent => ({
  ...row,
  group: consumer,
  sequence: Number(sequence),
  parkedAt,
});

/**
 * Who adds to a queue and who takes its last away come one after the other: else an event could be left behind in a queue
 * that has just been worked off. Two statements, so that the second sees what the lock was waited for.
 */
async function alone<Result>(
  pool: Pool,
  { group, subject }: Key,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`parked ${group} ${subject}`]);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken); // closed, so that nothing half done is left open
  }
}
