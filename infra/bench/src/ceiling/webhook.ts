import { createHmac } from 'node:crypto';
import { NewReferral } from '@rohnamo/contracts';
import { uuidV7 } from '@rohnamo/journal';
import { Pool } from 'undici';
import { facilityIds } from '../world/ids.ts';
import type { Ceiling } from './ceiling.ts';
import { inGroups } from './in-groups.ts';
import { openTopic, partitionCount, partitionOf } from './topic.ts';

/** As long as a checkpoint. */
const checkpoint = 'c'.repeat(210);

/**
 * `POST /v1/referrals`: answered at once, then produced together with whatever arrives meanwhile, consumed, and posted to whom
 * it concerns, signed by Standard Webhooks. Nothing is kept.
 */
export const webhook: Ceiling = async (app, { settings }) => {
  const { kafka, producer, topic } = await openTopic(settings);
  const post = await startPosting(settings.hooks ?? []);
  const consumer = kafka.consumer({ groupId: topic });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    partitionsConsumedConcurrently: partitionCount,
    eachBatch: async ({ batch }) => {
      await Promise.all(batch.messages.map(({ key, value }) => post(key?.toString() ?? '', value?.toString() ?? '')));
    },
  });
  const produce = inGroups(async (ids: { id: string; facility: number }[]) => {
    await producer.send({
      acks: -1,
      topic,
      messages: ids.map(({ id, facility }) => ({ key: id, value: String(facility), partition: partitionOf(id) })),
    });
    return ids;
  });
  app.post('/v1/referrals', (request, reply) => {
    const { offeringId } = NewReferral.parse(request.body);
    const id = uuidV7();
    void produce({ id, facility: Number.parseInt(offeringId.slice(-4), 16) % facilityIds.length });
    return reply.code(201).send({ id, version: 1, state: 'sent' });
  });
};

/** Answers what posts one webhook: of a referral, to the hook of its facility. */
async function startPosting(hooks: readonly { url: string; secret: string }[]) {
  const origin = new URL(hooks[0]!.url).origin;
  const pool = new Pool(origin, { connections: 64, pipelining: 1 });
  const ends = hooks.map(({ url, secret }) => ({
    path: new URL(url).pathname,
    key: Buffer.from(secret.slice('whsec_'.length), 'base64'),
  }));
  return async (id: string, facility: string): Promise<void> => {
    const { path, key } = ends[Number(facility) % ends.length]!;
    const body = JSON.stringify({ id, type: 'referral.sent.v1', checkpoint });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    const answer = await pool.request({
      method: 'POST',
      path,
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Rohnamo-Webhooks/1',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      },
    });
    await answer.body.dump();
  };
}
