import { eventData, type EventType, topicOf, topics } from '@rohnamo/contracts';
import { readFeed } from '@rohnamo/journal';
import { aConsent, eventually } from '@rohnamo/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recipient, referralService, testRegistry, type TestRegistry } from './registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry();
  const person = await registry.register({
    village: 'Ворух',
    external: { sourceSystem: 'office', externalId: 'EXT-7' },
    accessRequirements: ['wheelchair'],
  });
  const path = `/v1/beneficiaries/${person.id}`;
  await registry.patch(path, { body: { village: 'Чоркӯҳ' }, headers: { 'if-match': '"1"' } });
  await registry.get(path);
  await registry.post(`${path}/consents`, {
    body: aConsent(recipient, { dataCategories: ['identity', 'hiv'], witness: 'Ситора' }),
  });
  const consent = await registry.consent(person.id, { dataCategories: ['identity', 'mhpss'] });
  await registry.get(`${path}/consents`);
  const question = {
    beneficiaryId: person.id,
    consentId: consent.id,
    referralId: consent.id,
    recipientOrganisationId: recipient,
  };
  const disclose = { body: { ...question, clientId: 'c', actingPerson: null }, as: referralService };
  await registry.post('/v1/disclosures', disclose);
  await registry.post(`/v1/consents/${consent.id}/withdraw`);
  await registry.post('/v1/disclosures', disclose);
  const rows =
    'external_id,given_name,family_name,phone\nEXT-8,Фирӯза,Назарова,+992000000001\nEXT-7,Гулнора,Назарова,\nEXT-9,,,\n';
  await registry.finished(await registry.push(rows));
  const other = 'external_id,given_name,family_name,birth_date\nEXT-8,Гулнора,Раҳимова,1994-03-21\n';
  await registry.finished(await registry.push(other));
});
afterAll(() => registry.stop());

it('every change is an event that keeps to its contract, on a topic of its own', async () => {
  const entries = await eventually(async () => {
    const placed = await readFeed(registry.pool, { after: 0, limit: 1000 });
    return placed.filter(({ type }) => type === 'intake-batch.completed.v1').length === 2 && placed;
  });
  const changes = entries.filter(({ version }) => version !== null);
  for (const { type, data } of changes) {
    const known = type as EventType; // held by the next line
    expect(Object.keys(eventData)).toContain(known);
    expect(eventData[known].parse(data)).toEqual(data);
    expect(topics).toHaveProperty([topicOf(known)]);
  }
  expect(new Set(changes.map(({ type }) => type))).toEqual(
    new Set([
      'beneficiary.registered.v1',
      'beneficiary.changed.v1',
      'consent.given.v1',
      'consent.withdrawn.v1',
      'intake-batch.received.v1',
      'intake-batch.completed.v1',
      'held-row.held.v1',
    ]),
  );
});

it('nothing about a person is in any entry', async () => {
  const { rows } = await registry.pool.query<{ entry: string }>('select entry::text from entry');
  const all = rows.map(({ entry }) => entry).join('\n');
  expect(all).not.toMatch(
    /Фирӯза|Назарова|Гулнора|Раҳимова|Ситора|Ворух|Чоркӯҳ|1994-03-21|992000000001|EXT-|TJK003D010|wheelchair|hiv|mhpss|female/,
  );
});
