import { randomUUID } from 'node:crypto';
import type { Facility, Offering } from '@rohnamo/contracts';
import { system } from '@rohnamo/journal';
import { type Scratch, scratchJournal } from '@rohnamo/journal/testing';
import { type KafkaPositions, kafkaPositions, kafkaTransport, type Transport } from '@rohnamo/messaging';
import { compactableTopics } from '@rohnamo/messaging/testing';
import { aRecordedFacility, aRecordedOffering, eventually, testKafka } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { referralService } from './referral-service.ts';

const prefix = `test-${randomUUID().slice(0, 8)}`;
const topics = ['facility', 'offering'] as const;
const compactedWithinMs = 120_000;
const heardWithinMs = 60_000;

/** Facilities and their offerings, each pair last changed at another version. The first is changed once more, behind all others. */
const pairs = Array.from({ length: 12 }, (_, index) => ({
  facilityId: randomUUID(),
  offeringId: randomUUID(),
  lastVersion: 30 - 2 * index,
}));
const closing = pairs[0]!;

const facilityAt = (id: string, version: number): Facility =>
  aRecordedFacility({ id, version, name: { en: `Health centre (sample), ${version}` } });
const offeringAt = (id: string, facilityId: string, version: number): Offering =>
  aRecordedOffering(facilityId, {
    id,
    version,
    capacity: version % 2 === 0 ? 'open' : 'waitlist',
    placesPerWeek: version,
  });

let brokers: string[];
let directory: Scratch;
let publisher: Transport;
let positions: KafkaPositions;
const stops: (() => Promise<unknown>)[] = [];

/** Has the directory say how a facility and its offering are now. */
async function tell({ facilityId, offeringId }: (typeof pairs)[number], version: number): Promise<void> {
  const time = new Date();
  const change = (id: string) => ({ kind: 'parcel', id, expected: version - 1, state: { label: id, notes: null } });
  await directory.journal.record({
    changes: [
      {
        ...change(facilityId),
        entry: { type: 'facility.recorded.v1', data: facilityAt(facilityId, version), actor: system, time },
      },
      {
        ...change(offeringId),
        entry: { type: 'offering.recorded.v1', data: offeringAt(offeringId, facilityId, version), actor: system, time },
      },
    ],
  });
}
async function tellVersions(from: number, to: number): Promise<void> {
  for (let version = from; version <= to; version++)
    await Promise.all(pairs.filter(({ lastVersion }) => version <= lastVersion).map((pair) => tell(pair, version)));
}

/** A referral service with a database of its own, which follows the topics as a group of its own. */
async function follower(group: string) {
  const service = await referralService();
  stops.push(service.stop);
  /** Subject and version, each once: a broker may bring an event again. */
  const heard = new Set<string>();
  const goOn = async () => {
    const transport = kafkaTransport({ brokers, clientId: group, prefix, onError: () => undefined, partitions: 1 });
    for (const subscription of service.subscriptions)
      await transport.subscribe({
        ...subscription,
        group,
        async handle(event) {
          await subscription.handle(event);
          heard.add(`${event.subject} ${event.sequence}`);
        },
      });
    let isStopped = false;
    const stop = async () => {
      if (!isStopped) await transport.stop();
      isStopped = true;
    };
    stops.unshift(stop);
    return stop;
  };
  const rowsOf = async (table: 'facility' | 'offering' | 'parked') =>
    (await service.pool.query(`select * from ${table} order by 1`)).rows;
  return {
    heard,
    goOn,
    parked: () => rowsOf('parked'),
    copies: async () => ({ facilities: await rowsOf('facility'), offerings: await rowsOf('offering') }),
    knows: (versionOf: (pair: (typeof pairs)[number]) => number) =>
      eventually(
        () =>
          pairs.every((pair) =>
            [pair.facilityId, pair.offeringId].every((id) => heard.has(`${id} ${versionOf(pair)}`)),
          ),
        { withinMs: heardWithinMs },
      ),
  };
}
type Follower = Awaited<ReturnType<typeof follower>>;

const told = 2 * pairs.reduce((sum, { lastVersion }) => sum + lastVersion, 0);
const newest = ({ lastVersion }: (typeof pairs)[number]) => lastVersion;
/** What the topics still hold, as versions by subject. */
async function left(): Promise<Map<string, number[]>> {
  const versions = new Map<string, number[]>();
  await positions.read(topics, {}, ({ subject, sequence }) => {
    versions.set(subject, [...(versions.get(subject) ?? []), sequence]);
  });
  return versions;
}

let whole: Follower;
let away: Follower;
/** One that heard everything, and one that was away after the third version; then the topics are compacted. */
beforeAll(async () => {
  ({ brokers } = await testKafka());
  const compact = await compactableTopics({ brokers, prefix });
  directory = await scratchJournal();
  directory.journal.start();
  publisher = kafkaTransport({ brokers, clientId: 'directory', prefix, onError: () => undefined, partitions: 1 });
  await publisher.publish(directory.journal);
  positions = await kafkaPositions({ brokers, prefix });
  [whole, away] = await Promise.all([follower('whole'), follower('away')]);
  const leave = await away.goOn();
  await whole.goOn();
  await tellVersions(1, 3);
  await away.knows(() => 3);
  await leave();
  await tellVersions(4, closing.lastVersion - 1);
  await whole.knows((pair) => Math.min(pair.lastVersion, closing.lastVersion - 1));
  await tell(closing, closing.lastVersion);
  await whole.knows(newest);
  await compact(); // not before: a version that nobody has heard yet would be gone
  await eventually(
    async () => {
      const versions = await left();
      return pairs
        .slice(1)
        .every((pair) =>
          [pair.facilityId, pair.offeringId].every((id) => versions.get(id)?.join() === String(pair.lastVersion)),
        );
    },
    { withinMs: compactedWithinMs, everyMs: 500 },
  );
}, 300_000);
afterAll(async () => {
  for (const stop of stops) await stop();
  await positions.close();
  await publisher.stop();
  await directory.journal.stop();
  await directory.stop();
}, 60_000);

describe('over topics that were compacted', { timeout: 120_000 }, () => {
  it('a new consumer rebuilds its copies of facilities and offerings, equal to those of one that heard everything', async () => {
    const anew = await follower('anew');
    await anew.goOn();
    await anew.knows(newest);
    expect(whole.heard.size).toBe(told);
    expect(anew.heard.size).toBeLessThanOrEqual(2 * pairs.length + 2);
    expect(await anew.copies()).toEqual(await whole.copies());
    expect((await anew.copies()).facilities).toHaveLength(pairs.length);
    expect(await anew.parked()).toEqual([]);
  });

  it('a consumer that was away goes on, and versions that are gone park nothing', async () => {
    const before = away.heard.size;
    await away.goOn();
    await away.knows(newest);
    expect(before).toBe(3 * 2 * pairs.length);
    expect(away.heard.size).toBeLessThan(told);
    expect(await away.copies()).toEqual(await whole.copies());
    expect(await away.parked()).toEqual([]);
  });
});
