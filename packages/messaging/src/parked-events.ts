import type { JournalEvent, TopicName } from '@rohnamo/contracts';
import type { Pool, PoolClient } from 'pg';
import { type Arrival, arrivalOf, hasEverySequence, keyOfSubject, type Subject, subjectOf } from './arrival.ts';
import { readAgain } from './kafka-message.ts';
import type { Standing } from './verdict.ts';

/** What may be told of a parked event. */
export interface ParkedEvent {
  group: string;
  kind: TopicName;
  subject: string;
  /** Below 0 for a message whose sequence cannot be told. */
  sequence: number;
  /** Null for a message that could not be read, or not fully. */
  id: string | null;
  type: string | null;
  /** Where such a message lies: topic, partition, offset. */
  messageAt: string | null;
  parkedAt: Date;
  /** How often it was tried; 0 while it only waits behind another of its subject, or for what is missing before it. */
  attempts: number;
  /** The code or the name of the last error; `gap` where something is missing before it; `unreadable`; `queued`. */
  reason: string;
}

/** A subject's queue within a group. */
interface Key extends Subject {
  group: string;
}

interface SubjectsSought {
  group: string;
  kind?: string | undefined;
  subject?: string | undefined;
  sequence?: number;
}

/** What stands in the table `parked` of a consumer's database: effects still to be done, in no journal, for they are not state. */
export const parkedEvents = (pool: Pool) => ({
  /** How the group stands with these subjects, by {@link keyOfSubject}. One look at two primary keys. */
  async standings(group: string, subjects: readonly Subject[]): Promise<Map<string, Standing>> {
    const { rows } = await pool.query<Subject & { last: string | null; queued: boolean }>({
      name: 'standings',
      text: `select s.kind, s.subject, c.sequence as last,
          exists (select from parked p where p.consumer = $1 and p.kind = s.kind and p.subject = s.subject) as queued
        from unnest($2::text[], $3::uuid[]) s (kind, subject)
          left join consumed c on c.consumer = $1 and c.kind = s.kind and c.subject = s.subject`,
      values: [group, ...columnsOf(subjects)],
    });
    return new Map(rows.map((row) => [keyOfSubject(row), { last: numberOf(row.last), isQueued: row.queued }]));
  },

  /** Remembers the last sequence taken of each subject. */
  async moveOn(group: string, taken: readonly Taken[]): Promise<void> {
    await moveOn(pool, group, taken);
  },

  /** Begins a queue with what failed. Parked already: its attempts are added. */
  async park(group: string, arrival: Arrival, failed: { attempts: number; reason: string }): Promise<void> {
    await pool.query(
      `insert into parked (${stored}, attempts, reason) values ($1, $2, $3, $4, $5, $6, $7, now(), $8, $9)
       on conflict (consumer, kind, subject, sequence) do update set attempts = parked.attempts + excluded.attempts, reason = excluded.reason
         where parked.reason <> 'over'`,
      [...storedOf(group, arrival), failed.attempts, failed.reason],
    );
  },

  /**
   * Puts what arrived into the queue of its subject; an event in place of a message of its sequence that could not be read. Where
   * there is no queue any more: the last that was taken, for it is to be judged anew.
   */
  enqueue: (group: string, arrival: Arrival): Promise<'queued' | { last: number | null }> =>
    alone(pool, { group, ...subjectOf(arrival) }, async (client) => {
      const { rows } = await client.query<{ newest: string | null; last: string | null }>(
        `with newest as (select max(sequence) as sequence from parked where consumer = $1 and kind = $2 and subject = $3),
         added as (insert into parked (${stored}, attempts, reason)
           select $1, $2, $3, $4, $5, $6, $7, now(), 0, case when $8 then 'unreadable' when $9 and $4 > newest.sequence + 1 and newest.sequence > 0 then 'gap' else 'queued' end
           from newest where newest.sequence is not null
           on conflict (consumer, kind, subject, sequence) do update set event = excluded.event, message = null, message_at = null, reason = 'queued'
             where parked.event is null and parked.reason <> 'over' and excluded.event is not null)
         select newest.sequence as newest, (select sequence from consumed where consumer = $1 and kind = $2 and subject = $3) as last from newest`,
        [...storedOf(group, arrival), arrival.kind === 'unreadable', hasEverySequence(arrival.topic)],
      );
      return rows[0]?.newest == null ? { last: numberOf(rows[0]?.last) } : 'queued';
    }),

  /** The next to be handled of a subject: where it stands, and what it is, null for what says nothing (any more). */
  async first({ group, kind, subject }: Key): Promise<{ sequence: number; arrival: Arrival | null } | null> {
    const { rows } = await pool.query<{ sequence: string; event: JournalEvent | null; message: Buffer }>(
      `select sequence, event, message from parked where consumer = $1 and kind = $2 and subject = $3 and reason <> 'over' order by sequence limit 1`,
      [group, kind, subject],
    );
    const row = rows[0];
    if (row === undefined) return null;
    return { sequence: Number(row.sequence), arrival: row.event ? arrivalOf(row.event) : readAgain(row.message) };
  },

  /** Gives a message that can be read now the place that it says. */
  move: (from: Key & { sequence: number }, arrival: Arrival): Promise<void> =>
    alone(pool, from, async (client) => {
      await client.query(
        `with gone as (delete from parked where consumer = $1 and kind = $8 and subject = $9 and sequence = $10)
         insert into parked (${stored}, attempts, reason) values ($1, $2, $3, $4, $5, $6, $7, now(), 0, 'queued') on conflict do nothing`,
        [...storedOf(from.group, arrival), from.kind, from.subject, from.sequence],
      );
      await closeUp(client, from);
    }),

  async failedAgain({ group, kind, subject, sequence }: Key & { sequence: number }, reason: string): Promise<void> {
    await pool.query(
      `update parked set attempts = attempts + 1, reason = $5 where consumer = $1 and kind = $2 and subject = $3 and sequence = $4 and reason <> 'over'`,
      [group, kind, subject, sequence, reason],
    );
  },

  /**
   * Takes one away, done or given up, so that the next is no gap; null where there was nothing. Behind another it stays as one
   * that is over: what is before it is still to be done, and it is not to be done when it comes again.
   */
  remove: (key: Key & { sequence: number }): Promise<ParkedEvent | null> =>
    alone(pool, key, async (client) => {
      const { rows } = await client.query<Row>(
        `with removed as (select * from parked where consumer = $1 and kind = $2 and subject = $3 and sequence = $4 and reason <> 'over'),
         over as (update parked p set event = null, message = null, message_at = null, reason = 'over'
           from removed r where p.consumer = r.consumer and p.kind = r.kind and p.subject = r.subject and p.sequence = r.sequence)
         select ${columns} from removed`,
        [key.group, key.kind, key.subject, key.sequence],
      );
      if (rows[0] === undefined) return null;
      await closeUp(client, key);
      return parkedEventOf(rows[0]);
    }),

  /** By group, kind, subject and sequence, behind `after`. */
  async list({
    after,
    limit,
  }: {
    after: readonly [group: string, kind: string, subject: string, sequence: number] | null;
    limit: number;
  }): Promise<ParkedEvent[]> {
    const { rows } = await pool.query<Row>(
      `select ${columns} from parked where reason <> 'over' and ($1::text is null or (consumer, kind, subject, sequence) > ($1, $2, $3::uuid, $4::bigint))
       order by consumer, kind, subject, sequence limit $5`,
      [...(after ?? [null, null, null, null]), limit],
    );
    return rows.map(parkedEventOf);
  },

  /** Subjects that have a queue in a group: all, or those of one kind, one id, or with an event of one sequence. */
  async subjects({ group, kind, subject, sequence }: SubjectsSought): Promise<Subject[]> {
    const { rows } = await pool.query<Subject>(
      `select distinct kind, subject from parked where consumer = $1 and reason <> 'over'
         and ($2::text is null or kind = $2) and ($3::uuid is null or subject = $3) and ($4::bigint is null or sequence = $4)
       order by kind, subject`,
      [group, kind ?? null, subject ?? null, sequence ?? null],
    );
    return rows;
  },

  async counts(): Promise<Map<string, number>> {
    const { rows } = await pool.query<{ consumer: string; count: string }>(
      `select consumer, count(*) from parked where reason <> 'over' group by consumer`,
    );
    return new Map(rows.map(({ consumer, count }) => [consumer, Number(count)]));
  },

  /** Works on a subject's queue as the only one in all processes. False, and nothing done, where another does already. */
  async exclusively({ group, ...subject }: Key, work: () => Promise<void>): Promise<boolean> {
    const lock = [`replay ${group} ${keyOfSubject(subject)}`];
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

interface Row extends Subject {
  consumer: string;
  sequence: string;
  id: string | null;
  type: string | null;
  message_at: string | null;
  parked_at: Date;
  attempts: number;
  reason: string;
}

const columns = `consumer, kind, subject, sequence, event->>'id' as id, event->>'type' as type, message_at, parked_at, attempts, reason`;

const parkedEventOf = ({
  consumer,
  parked_at: parkedAt,
  message_at: messageAt,
  sequence,
  ...row
}: Row): ParkedEvent => ({
  ...row,
  messageAt,
  group: consumer,
  sequence: Number(sequence),
  parkedAt,
});

const stored = 'consumer, kind, subject, sequence, event, message, message_at, parked_at';

const storedOf = (group: string, arrival: Arrival): unknown[] => [
  group,
  arrival.topic,
  arrival.subject,
  arrival.sequence,
  ...(arrival.kind === 'event' ? [arrival.event, null, null] : [null, arrival.message.bytes, arrival.message.at]),
];

const numberOf = (column: string | null | undefined): number | null => (column == null ? null : Number(column));

/** The last sequence that was taken of a subject. */
export type Taken = Subject & { sequence: number };

const columnsOf = (subjects: readonly Subject[]): [kinds: string[], ids: string[]] => [
  subjects.map(({ kind }) => kind),
  subjects.map(({ subject }) => subject),
];

async function moveOn(client: Pick<PoolClient, 'query'>, group: string, taken: readonly Taken[]): Promise<void> {
  await client.query({
    name: 'move on',
    text: `insert into consumed as c (consumer, kind, subject, sequence)
      select $1, kind, subject, sequence from unnest($2::text[], $3::uuid[], $4::bigint[]) t (kind, subject, sequence) order by kind, subject
      on conflict (consumer, kind, subject) do update set sequence = excluded.sequence where c.sequence < excluded.sequence`,
    values: [group, ...columnsOf(taken), taken.map(({ sequence }) => sequence)],
  });
}

/** What is over and has nothing before it any more is gone, and was taken. */
async function closeUp(client: PoolClient, { group, kind, subject }: Key): Promise<void> {
  const { rows } = await client.query<{ last: string | null }>(
    `with first as (select min(sequence) as sequence from parked where consumer = $1 and kind = $2 and subject = $3 and reason <> 'over'),
     gone as (delete from parked p using first where p.consumer = $1 and p.kind = $2 and p.subject = $3 and p.reason = 'over'
       and (first.sequence is null or p.sequence < first.sequence) returning p.sequence)
     select max(sequence) as last from gone`,
    [group, kind, subject],
  );
  const last = numberOf(rows[0]?.last);
  if (last !== null && last > 0) await moveOn(client, group, [{ kind, subject, sequence: last }]);
}

/**
 * Who adds to a queue and who takes its last away come one after the other: else an event could be left behind in a queue
 * that has just been worked off. Two statements, so that the second sees what the lock was waited for.
 */
async function alone<Result>(
  pool: Pool,
  { group, ...subject }: Key,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `parked ${group} ${keyOfSubject(subject)}`,
    ]);
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
