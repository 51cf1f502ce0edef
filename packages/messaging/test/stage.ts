import { randomUUID } from 'node:crypto';
import type { JournalEvent } from '@rohnamo/contracts';
import type { Journal } from '@rohnamo/journal';
import { parcelChange, type Scratch, scratchJournal } from '@rohnamo/journal/testing';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { createParking, type Subscription, type Transport } from '../src/index.ts';

const nobody = '00000000-0000-0000-0000-000000000000';

/** What the cases of the suite share: a journal of scratch entries, which are client events, and transports that end with the case. */
export function stageOf(newTransport: () => Promise<Transport>) {
  let scratch: Scratch;
  const journals: Journal[] = [];
  const transports: Transport[] = [];
  beforeAll(async () => {
    scratch = await scratchJournal();
  }, 60_000);
  afterEach(async () => {
    await Promise.all(transports.splice(0).map((transport) => transport.stop()));
    await Promise.all(journals.splice(0).map((journal) => journal.stop()));
  });
  afterAll(() => scratch.stop());

  return {
    scratch: () => scratch,
    async started(): Promise<Transport> {
      const transport = await newTransport();
      transports.push(transport);
      return transport;
    },
    async publishing(transport: Transport): Promise<Journal> {
      const journal = scratch.journalOf();
      journal.start();
      journals.push(journal);
      await transport.publish(journal);
      return journal;
    },
    async following(
      transport: Transport,
      group: string,
      handle: Subscription['handle'],
      other: Partial<Subscription> = {},
    ): Promise<Subscription> {
      const subscription: Subscription = { group, topics: ['client'], handle, pool: scratch.pool, ...other };
      await transport.subscribe(subscription);
      return subscription;
    },
    async write(journal: Journal, ids: string[], versions: number, from = 0): Promise<void> {
      for (let version = from; version < from + versions; version++)
        await Promise.all(ids.map((id) => journal.record({ changes: [parcelChange(id, version)] })));
    },
    /** Has a subject stand at another version, of which no event tells. */
    async leap(id: string, version: number): Promise<void> {
      await scratch.pool.query('update parcel set version = $2 where id = $1', [id, version]);
    },
    /** What a group has parked of these subjects: other cases leave gaps of theirs in the same topic. */
    parkedOf: async (group: string, ...subjects: string[]) =>
      (
        await createParking({ pool: scratch.pool, subscriptions: [] }).list({
          after: [group, 'client', nobody, 0],
          limit: 100,
        })
      ).filter((parked) => parked.group === group && subjects.includes(parked.subject)),
    parkingOf: (subscription: Subscription) => createParking({ pool: scratch.pool, subscriptions: [subscription] }),
  };
}
export type Stage = ReturnType<typeof stageOf>;

export const noting = (seen: JournalEvent[]) => (event: JournalEvent) => Promise.resolve(void seen.push(event));
export const sequencesOf = (seen: JournalEvent[], id: string): number[] =>
  seen.filter(({ subject }) => subject === id).map(({ sequence }) => sequence);
export const inOrder = (versions: number): number[] => Array.from({ length: versions }, (_, i) => i + 1);
export const groupNamed = (name: string): string => `${name}-${randomUUID()}`;

/** An event of the scratch journal, as it travels. */
export const anEvent = (subject: string, sequence: number): JournalEvent => ({
  id: randomUUID(),
  source: 'urn:rohnamo:scratch',
  type: 'client.created.v1',
  subject,
  time: '2026-11-24T00:00:00.000Z',
  sequence,
  data: { clientId: 'scratch', organisationId: randomUUID() },
  traceparent: null,
  checkpoint: null,
});
