import { randomUUID } from 'node:crypto';
import { permitChange, scratchJournalOver } from '@rohnamo/journal/testing';
import pg from 'pg';
import { inProcessTransport, kafkaTransport } from '../src/index.ts';

/** What a process of a service does, told as JSON in its first argument. It says `at work` when it is, and ends by SIGTERM. */
export interface MemberPlan {
  /** Null: there is no broker, and one process does all. */
  brokers: readonly string[] | null;
  prefix: string;
  /** The database whose journal it publishes. */
  publishes: string | null;
  /** The database in which it records one effect of each event. */
  hears: string | null;
}
export const group = 'members';

const plan = JSON.parse(process.argv[2] ?? '') as MemberPlan; // as startMember wrote it
const onError = () => undefined;
const transport =
  plan.brokers === null
    ? inProcessTransport({ onError })
    : kafkaTransport({ brokers: [...plan.brokers], clientId: 'member', prefix: plan.prefix, onError, partitions: 3 });
const stops: (() => unknown)[] = [() => transport.stop()];

const journalAt = (url: string) => {
  const pool = new pg.Pool({ connectionString: url, max: 4 }).on('error', onError);
  const journal = scratchJournalOver(pool, onError);
  stops.push(
    () => journal.stop(),
    () => pool.end(),
  );
  return journal;
};

if (plan.publishes !== null) {
  const journal = journalAt(plan.publishes);
  journal.start();
  await transport.publish(journal);
}
if (plan.hears !== null) {
  const effects = journalAt(plan.hears);
  await transport.subscribe({
    group,
    topics: ['client'],
    pool: effects.pool,
    async handle({ subject, sequence }) {
      const effect = permitChange(randomUUID(), 0, `${subject} ${sequence}`);
      const outcome = await effects.record({
        changes: [effect],
        consumed: { consumer: group, kind: 'client', subject, sequence },
      });
      if (outcome.kind !== 'recorded' && !(outcome.kind === 'lost' && outcome.to === 'consumed'))
        throw new Error(`not recorded: ${outcome.kind}`);
    },
  });
}
process.once('SIGTERM', async () => {
  for (const stop of stops) await stop();
});
process.stdout.write('at work\n');
