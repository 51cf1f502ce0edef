import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  aBeneficiary,
  aConsent,
  aFacility,
  anOffering,
  aReferral,
  eventually,
  type FakeFacility,
  fakeFacility,
  type TokenRequest,
} from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backup } from '../src/backup/command.ts';
import { restore } from '../src/restore/command.ts';
import { type RunningPlatform, runningPlatform } from './running-platform.ts';

const patient = { withinMs: 60_000, everyMs: 100 };
let platform: RunningPlatform;
let webhook: FakeFacility;
let facility: TokenRequest;
let offeringId: string;
const referrer: TokenRequest = { role: 'migration-service', organisationId: randomUUID() };
/** Every referral that anybody was told was made. */
const made: string[] = [];
let outside: string;

const post = <Answer = { id: string }>(as: TokenRequest, address: string, body: object) =>
  platform.call<Answer>(as, 'POST', address, body);

beforeAll(async () => {
  platform = await runningPlatform();
  await platform.start();
  webhook = await fakeFacility();
  const admin: TokenRequest = { role: 'directory-admin', organisationId: randomUUID() };
  const directory = platform.url('directory');
  const organisation = await post(admin, `${directory}/v1/organisations`, { kind: 'health-provider', name: 'Kulob' });
  const place = await post(admin, `${directory}/v1/facilities`, aFacility(organisation.id));
  ({ id: offeringId } = await post(admin, `${directory}/v1/facilities/${place.id}/offerings`, anOffering()));
  facility = { role: 'facility', organisationId: organisation.id, facilityIds: [place.id] };
  await post(facility, `${platform.url('notifications')}/v1/subscriptions`, { url: webhook.url });
}, 300_000);
afterAll(async () => {
  await webhook?.stop();
  await platform?.remove();
}, 60_000);

async function refer(): Promise<string> {
  const people = `${platform.url('registry')}/v1/beneficiaries`;
  const { id: beneficiaryId } = await post(referrer, people, aBeneficiary());
  const consent = await post(referrer, `${people}/${beneficiaryId}/consents`, aConsent(facility.organisationId));
  const asked = aReferral({ beneficiaryId, offeringId, consentId: consent.id });
  const { id } = await post(referrer, `${platform.url('referral')}/v1/referrals`, asked);
  made.push(id);
  return id;
}
const referMany = (count: number) => Promise.all(Array.from({ length: count }, refer));
const act = (id: string, action: string) =>
  post<{ version: number }>(facility, `${platform.url('referral')}/v1/referrals/${id}/${action}`, {});

/** What is said of each referral, wherever it is said, by version. */
async function everywhere() {
  const entries = await platform.rows<{ id: string; versions: string[] }>(
    'referral',
    `select subject as id, array_agg(version order by version)::text[] as versions from entry where kind = 'referral' and version is not null group by subject`,
  );
  const notices = await platform.rows<{ id: string; versions: string[] }>(
    'notifications',
    `select referral_id as id, array_agg(sequence order by sequence)::text[] as versions from notice where organisation_id = $1 group by referral_id`,
    [facility.organisationId],
  );
  const receipts = await platform.rows<{ id: string; count: number }>(
    'referral',
    `select referral_id as id, count(*)::int as count from receipt where state = 'delivered' and organisation_id = $1 group by referral_id`,
    [facility.organisationId],
  );
  const byId = <Row extends { id: string }>(rows: Row[]) => new Map(rows.map((row) => [row.id, row]));
  return { entries: byId(entries), notices: byId(notices), receipts: byId(receipts) };
}

/** Waits until each version of each of these referrals has one notice and one receipt, no more and no less. */
const heardOnce = (ids: readonly string[], ...lost: Record<string, string[]>[]) =>
  eventually(async () => {
    const { entries, notices, receipts } = await everywhere();
    for (const id of ids) {
      const versions = [...(entries.get(id)?.versions ?? []), ...(lost[0]?.[id] ?? [])].sort(
        (a, b) => Number(a) - Number(b),
      );
      expect(notices.get(id)?.versions).toEqual(versions);
      expect(receipts.get(id)?.count).toBe((entries.get(id)?.versions ?? []).length);
    }
    return true;
  }, patient);

async function sealedCheckpoint(file: string): Promise<string> {
  const [row] = await platform.rows<{ end: string }>('referral', 'select max(position) as end from place');
  const note = await eventually(async () => {
    const found = await platform.call<{ checkpoint: string }>(
      null,
      'GET',
      `${platform.url('referral')}/v1/journal/checkpoint`,
    );
    return Number(found.checkpoint.split('\n')[1]) >= Number(row?.end) && found;
  }, patient);
  const path = join(platform.folder, file);
  writeFileSync(path, JSON.stringify(note));
  return path;
}
const reportIn = (folder: string) => {
  const file = readdirSync(folder).find((name) => name.startsWith('restored-'));
  return JSON.parse(readFileSync(join(folder, file ?? ''), 'utf8')) as {
    databases: Record<
      string,
      {
        lost: {
          subject: string;
          topic: string;
          outcome: string;
          lost: { version: number; event: { type: string } | null }[];
        }[];
      }
    >;
  };
};

interface FeedRead {
  items: { id: string; eventId: string }[];
  next: string;
}
/** The facility's feed from a cursor, or its beginning, to its end. */
async function readFeed(address: string, cursor?: string): Promise<FeedRead> {
  const items: FeedRead['items'] = [];
  for (let next = cursor; ;) {
    const page = await platform.call<FeedRead>(facility, 'GET', next ? `${address}&cursor=${next}` : address);
    items.push(...page.items);
    if (page.items.length === 0) return { items, next: page.next };
    next = page.next;
  }
}

describe('a drill', { timeout: 300_000 }, () => {
  let first: string;

  it('backs up while work goes on, for its owner alone', async () => {
    await referMany(12);
    await heardOnce(made);
    outside = await sealedCheckpoint('outside.checkpoint');
    first = join(platform.folder, 'first');
    const [{ code, said }] = await Promise.all([platform.type(backup, '--out', first), referMany(12)]);
    expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('The keys are NOT in it') });
    expect(readdirSync(first).filter((file) => (statSync(join(first, file)).mode & 0o077) !== 0)).toEqual([]);
    expect(statSync(first).mode & 0o777).toBe(0o700);
    await referMany(6);
    await heardOnce(made);
  });

  it('a facility that goes on from a cursor of before a restore is told so, and by beginning anew misses nothing', async () => {
    const events = `${platform.url('notifications')}/v1/events?limit=200`;
    const auditor: TokenRequest = { role: 'auditor', organisationId: randomUUID() };
    const list = `${platform.url('referral')}/v1/referrals?limit=2`;
    const entries = `${platform.url('notifications')}/v1/journal/entries?after=1`;
    const before = await readFeed(events);
    const listed = await platform.call<{ next: string }>(facility, 'GET', list);
    const later = await referMany(2);
    await heardOnce(made);
    await platform.stop();
    await platform.destroy('notifications');
    expect(await platform.type(restore, '--from', first, '--only', 'notifications', '--accept-loss')).toMatchObject({
      code: 0,
    });
    await platform.start();
    await heardOnce(made);

    const refused = {
      status: 422,
      body: { type: '/problems/cursor-invalid', detail: expect.stringContaining('Begin without a cursor') },
    };
    expect(await platform.ask(facility, `${events}&cursor=${before.next}`)).toMatchObject(refused);
    expect(await platform.ask(auditor, entries)).toMatchObject(refused);
    expect(await platform.ask(facility, `${list}&cursor=${listed.next}`), 'its journal was not restored').toMatchObject(
      { status: 200 },
    );
    const again = await eventually(async () => {
      const read = await readFeed(events);
      return later.every((id) => read.items.some((item) => item.id === id)) && read;
    }, patient);
    const known = new Set(again.items.map(({ eventId }) => eventId));
    expect(before.items.filter(({ eventId }) => !known.has(eventId))).toEqual([]);
    expect(new Set(again.items.map(({ id }) => id))).toEqual(new Set(made));
    expect(known.size).toBe(again.items.length);
    const [more] = await referMany(1);
    await eventually(async () => (await readFeed(events, again.next)).items.some(({ id }) => id === more), patient);
  });

  it('a consumer that lost its database hears again what came after the backup, and does nothing twice', async () => {
    await platform.stop();
    await platform.destroy('notifications');
    const restored = await platform.type(restore, '--from', first, '--only', 'notifications', '--accept-loss');
    expect(restored, restored.said).toMatchObject({ code: 0 });
    await platform.start();
    await heardOnce(made);
    const [again] = await referMany(1);
    await act(again!, 'acknowledge');
    await heardOnce(made);
  });

  it('a producer that lost its database is proved against what was kept outside, and says what is lost', async () => {
    const second = join(platform.folder, 'second');
    expect(await platform.type(backup, '--out', second, '--only', 'referral')).toMatchObject({ code: 0 });
    const known = [...made];
    const ghosts = known.slice(0, 5);
    await Promise.all(ghosts.map((id) => act(id, 'acknowledge')));
    const gone = await referMany(3);
    await heardOnce([...ghosts, ...gone]);
    const later = await sealedCheckpoint('later.checkpoint');
    await platform.stop();
    await platform.destroy('referral');

    const words = ['--from', second, '--checkpoint', outside, '--checkpoint', later];
    const refused = await platform.type(restore, ...words);
    expect(refused).toMatchObject({
      code: 1,
      said: expect.stringContaining('nothing was put in place: the backup lacks'),
    });
    expect(refused.said).toContain('give --accept-loss');
    expect(refused.out).toMatch(/8 versions of 8 subjects.*; 3 of these subjects are gone/);
    const restored = await platform.type(restore, ...words, '--accept-loss');
    expect(restored, restored.said).toMatchObject({ code: 0 });
    expect(restored.out).toMatch(/begins with the checkpoint kept outside/);
    expect(restored.out).toMatch(/ROLLED BACK: a checkpoint was signed over \d+ entries, and there are \d+/);
    expect(restored.out).toMatch(/8 versions of 8 subjects.*; 3 of these subjects are gone/);
    const { lost } = reportIn(second).databases['referral']!;
    const outcomes = (outcome: string) => lost.filter((each) => each.outcome === outcome).map(({ subject }) => subject);
    expect(new Set(outcomes('raised'))).toEqual(new Set(ghosts));
    expect(new Set(outcomes('gone'))).toEqual(new Set(gone));
    expect(
      lost.flatMap((each) => each.lost.map(({ event }) => event?.type ?? '')).sort((a, b) => (a < b ? -1 : 1)),
    ).toEqual([
      ...Array.from({ length: 5 }, () => 'referral.acknowledged.v1'),
      ...Array.from({ length: 3 }, () => 'referral.sent.v1'),
    ]);

    await platform.start();
    const missing = Object.fromEntries(
      lost.map(({ subject, lost }) => [subject, lost.map(({ version }) => String(version))]),
    );
    const untouched = known.filter((id) => !ghosts.includes(id));
    await heardOnce(untouched);
    await Promise.all([...ghosts, ...untouched.slice(0, 2)].map((id) => act(id, 'accept')));
    await referMany(2);
    await eventually(async () => {
      const { entries, notices } = await everywhere();
      for (const id of [...ghosts, ...untouched, ...made.slice(-2)]) {
        const versions = [...entries.get(id)!.versions, ...(missing[id] ?? [])].map(Number).sort((a, b) => a - b);
        expect(notices.get(id)?.versions.map(Number)).toEqual(versions);
        expect(new Set(versions).size).toBe(versions.length);
      }
      return true;
    }, patient);
    const auditor: TokenRequest = { role: 'auditor', organisationId: randomUUID() };
    const trail = await platform.call<{ verification: { missingVersions: number[]; broken: string[] } }>(
      auditor,
      'GET',
      `${platform.url('referral')}/v1/referrals/${ghosts[0]}/trail?verify=true`,
    );
    expect(trail.verification).toMatchObject({ missingVersions: missing[ghosts[0]!]!.map(Number), broken: [] });
  });

  it('nothing more is lost where nothing was written since the backup, and what was there is kept aside', async () => {
    await sealedCheckpoint('quiet.checkpoint');
    await platform.stop();
    const third = join(platform.folder, 'third');
    await platform.type(backup, '--out', third);
    expect(await platform.type(restore, '--from', third)).toMatchObject({
      code: 1,
      said: expect.stringContaining('is not empty: with --replace'),
    });
    // What was lost before is still missing: that is accepted once more.
    const restored = await platform.type(restore, '--from', third, '--replace', '--accept-loss');
    expect(restored, restored.said).toMatchObject({
      code: 0,
      said: expect.stringMatching(/is kept as the database rohnamo_referral_before_\d{14}/),
    });
    // What the restore before has lost is still remembered by those who heard of it; nothing is added to it.
    expect(restored.out.match(/LOST: .*/g)).toEqual([expect.stringContaining('3 versions of 3 subjects')]);
    expect(restored.out.match(/nobody has heard of anything that is not in it/g)).toHaveLength(4);
    await platform.start();
    const [id] = await referMany(1);
    await heardOnce([id!]);
  });

  it('a database is not restored under a running service', async () => {
    const third = join(platform.folder, 'third');
    expect(await platform.type(restore, '--from', third, '--only', 'referral', '--replace')).toMatchObject({
      code: 1,
      said: expect.stringMatching(/the database of referral is in use by .*: stop referral first/),
    });
  });
});
