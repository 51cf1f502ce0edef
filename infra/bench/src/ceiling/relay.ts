import type { Ceiling } from './ceiling.ts';
import { openTopic, partitionOf } from './topic.ts';

const batchMax = 4000;
/** Ids of rows are above it. */
const lowest = '00000000-0000-0000-0000-000000000000';

/** Entries as the messages need them, spelled by Postgres. */
const nextEntries = {
  name: 'next entries',
  text: `select id::text, subject::text, type, to_json(time) #>> '{}', version::text, data::text, traceparent
    from entry where id > $1 order by id limit ${batchMax}`,
  rowMode: 'array',
} as const;

/** As long as a checkpoint in base64. */
const checkpoint = 'c'.repeat(280);

/** `POST /run`: sends every entry of the database to Kafka, reading the next while the last travel. */
export const relay: Ceiling = async (app, { connection, settings }) => {
  const { producer, topic } = await openTopic(settings);
  app.post('/run', async () => {
    let sending: Promise<unknown> = Promise.resolve();
    for (let after = lowest; ;) {
      const { rows } = await connection.query<string[]>({ ...nextEntries, values: [after] });
      await sending;
      const last = rows.at(-1);
      if (last === undefined) return {};
      after = last[0]!;
      sending = producer.sendBatch({ acks: -1, topicMessages: [{ topic, messages: rows.map(messageOf) }] });
      sending.catch(() => undefined); // whoever waits for it is told
    }
  });
};

/** A CloudEvent in Kafka's binary mode, with as many attributes as the product's. */
const messageOf = ([
  id = '',
  subject = '',
  type = '',
  time = '',
  sequence = '',
  value = '',
  traceparent = '',
]: string[]) => ({
  key: subject,
  value,
  partition: partitionOf(subject),
  headers: {
    ce_id: id,
    ce_type: type,
    ce_source: 'urn:rohnamo:referral',
    ce_specversion: '1.0',
    'content-type': 'application/json; charset=utf-8',
    ce_subject: subject,
    ce_time: time,
    ce_sequence: sequence,
    ce_traceparent: traceparent,
    ce_checkpoint: checkpoint,
  },
});
