import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Beneficiary, Consent, IntakeBatch, IssuedSubscription, Referral, Subscription } from '@rohnamo/contracts';
import { aBeneficiary, aConsent, aReferral, eventually, type FakeFacility, fakeFacility } from '@rohnamo/testkit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Sending } from './api.ts';
import { type Aviary, aviary, foundIn } from './canaries.ts';
import type { Handoff } from './handoff.ts';
import type { DemoRole } from './stack-json.ts';

/** A walk in which every personal field holds a canary, and then a look at all that was written or sent on the way. */
export function describeWhatLeaksNowhere(handoff: () => Handoff, stateFolder: () => string): void {
  describe('what is personal, on its whole way', () => {
    const birds = aviary();
    const refusals: Answer[] = [];
    let facility: FakeFacility;
    beforeAll(async () => {
      facility = await fakeFacility();
      await walk(handoff(), { birds, facility, refusals });
    }, 120_000);
    afterAll(() => facility.stop());
    const found = (bytes: Buffer | string) => foundIn(bytes, birds.canaries);

    it('would be found: each canary is in the one database where it belongs', async () => {
      const { registry, referral } = handoff().stack.databases;
      const tables = [
        await rowsOf(registry, 'beneficiary'),
        await rowsOf(registry, 'consent'),
        await rowsOf(registry, 'intake_error'),
        await rowsOf(referral, 'referral'),
      ];
      const kept = new Set(found(tables.join('\n')));
      const refused = birds.canaries.map(({ field }) => field).filter((field) => field.startsWith('refused-'));
      const missing = birds.canaries.map(({ field }) => field).filter((field) => !kept.has(field));
      expect(missing.filter((field) => !refused.includes(field))).toEqual([]);
      expect(missing.length).toBeGreaterThan(0);
    });

    it('would be found in any spelling', () => {
      const [first] = birds.canaries;
      const value = `"${first?.value}`;
      for (const form of [
        value,
        encodeURIComponent(value),
        Buffer.from(value).toString('base64'),
        Buffer.from(value).toString('base64url'),
        Buffer.from(value).toString('hex'),
        value.toUpperCase(),
      ])
        expect(found(`… ${form} …`), form).toEqual([first?.field]);
    });

    it('is in no journal, no queue, and no row of notifications, directory or identity', async () => {
      const { databases } = handoff().stack;
      const leaks: Record<string, string[]> = {};
      for (const [name, url] of Object.entries(databases)) {
        const mayHold = holders[name] ?? [];
        for (const table of await tablesOf(url))
          if (!mayHold.includes(table)) leaks[`${name}.${table}`] = found(await rowsOf(url, table));
      }
      expect(Object.keys(leaks)).toEqual(
        expect.arrayContaining(['registry.entry', 'referral.entry', 'identity.entry']),
      );
      expect(withFindings(leaks)).toEqual({});
    });

    it('is in no record of any topic: not in key, headers or payload', () => {
      const files = filesIn(join(stateFolder(), 'kafka', 'data'));
      const segments = files.filter((file) => file.endsWith('.log'));
      const content = segments.map((file) => readFileSync(file));
      // The records are there, and not compressed.
      expect(content.some((bytes) => bytes.includes('referral.closed.v1'))).toBe(true);
      expect(withFindings(Object.fromEntries(segments.map((file, at) => [file, found(content[at]!)])))).toEqual({});
    });

    it('is in no webhook: not in address, headers or body', () => {
      expect(facility.calls.length).toBeGreaterThan(5);
      expect(found(JSON.stringify(facility.calls))).toEqual([]);
    });

    it('is in no log of a service, of Postgres or of Kafka', () => {
      const logs = filesIn(stateFolder()).filter(
        (file) => /\.(log|out)$/.test(file) && !/\/(data|pgdata)\//.test(file),
      );
      const names = logs.map((file) => file.slice(stateFolder().length + 1));
      expect(names).toEqual(
        expect.arrayContaining(['logs/registry.log', 'logs/referral.log', 'postgres/postgres.log']),
      );
      expect(withFindings(Object.fromEntries(logs.map((file) => [file, found(readFileSync(file))])))).toEqual({});
    });

    it('is in no metric', async () => {
      for (const [name, url] of Object.entries(handoff().stack.services))
        expect(found(await (await fetch(`${url}/metrics`)).text()), name).toEqual([]);
    });

    it('is in no problem: not in body or headers', () => {
      const statuses = new Set(refusals.map(({ status }) => status));
      expect([...statuses].toSorted((a, b) => a - b)).toEqual([400, 401, 403, 404, 409, 412, 415, 422]);
      const texts = refusals.map(({ body, headers }) => JSON.stringify([body, [...headers]]));
      expect(texts.flatMap(found)).toEqual([]);
    });
  });
}

/** Where personal fields belong. Every other table holds none. */
const holders: Record<string, string[]> = {
  registry: ['beneficiary', 'consent', 'intake_error', 'intake_row'],
  referral: ['referral'],
};

interface Walk {
  birds: Aviary;
  facility: FakeFacility;
  /** Every problem that was answered on the way. */
  refusals: Answer[];
}

async function walk(handoff: Handoff, { birds, facility, refusals }: Walk): Promise<void> {
  const { stack, as, offeringId } = handoff;
  const { registry, referral: referrals, notifications } = stack.services;
  const officer = as('migration-service');
  const refusedTo = async (role: DemoRole, url: string, sending?: Sending) => {
    const answer = await as(role).send(url, sending);
    expect(answer.status, `${sending?.method} ${url}: ${JSON.stringify(answer.body)}`).toBeGreaterThanOrEqual(400);
    refusals.push(answer);
  };
  const post = (body: unknown, headers = {}) => ({ method: 'POST' as const, body, headers });

  const subscriptions = `${notifications}/v1/subscriptions`;
  const subscribing = { url: `${facility.url}/hook` };
  const { id: subscription, secret } = await as('facility').post(subscriptions, subscribing, IssuedSubscription);
  facility.useSecret(secret ?? '');

  const person = aPerson(birds);
  const { id: beneficiaryId } = await officer.post(`${registry}/v1/beneficiaries`, person, Beneficiary);
  await registeredAtTheSameTime(handoff, birds, refusals);
  await push(handoff, birds, refusals);

  const people = `${registry}/v1/beneficiaries`;
  const bad = `bad-${person.givenName}`;
  await refusedTo('migration-service', people, post(person));
  await refusedTo('migration-service', people, post({ ...person, birthDate: bad, phone: bad, [bad]: bad }));
  await refusedTo('migration-service', people, post(`{"givenName": "${bad}`, { 'content-type': 'application/json' }));
  await refusedTo('migration-service', people, post(bad, { 'content-type': bad.replace(/[^ -~]/g, '') }));
  await refusedTo('migration-service', people, post(person, { 'acting-person': String(person.phone) }));
  await refusedTo('migration-service', people, post(person, { 'idempotency-key': String(person.phone).repeat(30) }));
  await refusedTo('facility', people, post(person));
  await refusedTo('migration-service', `${people}/${encodeURIComponent(bad)}?name=${encodeURIComponent(bad)}`);
  await refusedTo('migration-service', `${registry}/${encodeURIComponent(bad)}?name=${encodeURIComponent(bad)}`);
  await refusedTo(
    'migration-service',
    `${referrals}/v1/referrals?cursor=${encodeURIComponent(bad)}&state=${encodeURIComponent(bad)}`,
  );
  await refusedTo('migration-service', `${people}/lookup`, post({ sourceSystem: bad, externalId: bad }));
  await refusedTo('migration-service', `${people}/${beneficiaryId}`, {
    method: 'PATCH',
    body: { village: bad },
    headers: { 'if-match': '"77"' },
  });
  const nobody = await fetch(`${people}/${beneficiaryId}`, {
    headers: { authorization: `Bearer ${birds.ascii('refused-token')}` },
  });
  refusals.push({ status: nobody.status, headers: nobody.headers, body: await nobody.text() });

  const consenting = aConsent(stack.clients.facility.organisationId, {
    giverName: birds.text('giverName'),
    witness: birds.text('witness'),
    bestInterestReason: birds.text('bestInterestReason'),
  });
  const consents = `${people}/${beneficiaryId}/consents`;
  const { id: consentId } = await officer.post(consents, consenting, Consent);
  await refusedTo('migration-service', consents, post({ ...consenting, method: bad, languageRead: bad }));

  const referring = aReferral(
    { beneficiaryId, consentId, offeringId },
    {
      safeContact: { method: 'phone', phone: birds.phone('safeContact.phone'), note: birds.text('safeContact.note') },
      reason: birds.text('reason'),
      servicesAlreadyGiven: birds.text('servicesAlreadyGiven'),
      reference: birds.ascii('reference'),
    },
  );
  const { id } = await officer.post(`${referrals}/v1/referrals`, referring, Referral);
  await refusedTo('migration-service', `${referrals}/v1/referrals`, post(referring));
  await refusedTo(
    'migration-service',
    `${referrals}/v1/referrals`,
    post({ ...referring, needCategory: bad, priority: bad }),
  );
  const steps: [DemoRole, string, object][] = [
    ['facility', 'request_info', { question: birds.text('question') }],
    ['migration-service', 'answer_info', { answer: birds.text('answer') }],
    ['facility', 'schedule', { appointmentAt: '2030-01-01T04:00:00.000Z', instructions: birds.text('instructions') }],
    ['facility', 'start', {}],
    [
      'facility',
      'complete',
      { outcome: 'treated', findings: birds.text('findings'), nextSteps: birds.text('nextSteps') },
    ],
    ['migration-service', 'close', { needMet: true }],
  ];
  for (const [role, action, body] of steps) {
    const url = `${referrals}/v1/referrals/${id}/${action}`;
    await refusedTo(role, url, post({ ...body, [bad]: bad, code: bad }));
    await refusedTo('facility-2', url, post(body));
    await handoff.act(role, id, action, body);
    await refusedTo(role, url, post(body));
    if (action === 'schedule') await as('facility').send(`${referrals}/v1/referrals/${id}/beneficiary`);
  }
  for (const role of ['migration-service', 'facility', 'supervisor', 'auditor'] as const)
    await as(role).send(`${referrals}/v1/referrals/${id}/trail?verify=true`);
  await eventually(() => facility.calls.some(({ body }) => body.includes(id) && body.includes('referral.closed.v1')), {
    withinMs: 30_000,
  });
  await as('facility').post(`${subscriptions}/${subscription}/stop`, undefined, Subscription);
}

const aPerson = (birds: Aviary, prefix = '') =>
  aBeneficiary({
    givenName: birds.text(`${prefix}givenName`),
    familyName: birds.text(`${prefix}familyName`),
    fatherName: birds.text(`${prefix}fatherName`),
    birthDate: birds.birthDate(`${prefix}birthDate`),
    phone: birds.phone(`${prefix}phone`),
    village: birds.text(`${prefix}village`),
    external: { sourceSystem: 'canaries', externalId: birds.ascii(`${prefix}externalId`) },
  });

/** Of several at once all but one meet the database's own refusal, whose words name the values. */
async function registeredAtTheSameTime({ stack, as }: Handoff, birds: Aviary, refusals: Answer[]): Promise<void> {
  const body = aPerson(birds, 'twice-');
  const url = `${stack.services.registry}/v1/beneficiaries`;
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => as('migration-service').send(url, { method: 'POST', body })),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  refusals.push(...answers.filter(({ status }) => status !== 201));
}

/** One row that is taken, and one that is refused in several fields. */
async function push({ stack, as }: Handoff, birds: Aviary, refusals: Answer[]): Promise<void> {
  const officer = as('migration-service');
  const uploads = `${stack.services.registry}/v1/intake-batches?sourceSystem=canaries`;
  const names = ['external_id', 'given_name', 'family_name', 'father_name', 'birth_date', 'phone', 'village'];
  const taken = names.map((name) => {
    if (name === 'birth_date') return birds.birthDate(`csv-${name}`);
    if (name === 'phone') return birds.phone(`csv-${name}`);
    return name === 'external_id' ? birds.ascii(`csv-${name}`) : birds.text(`csv-${name}`);
  });
  const refused = names.map((name) =>
    name === 'external_id' ? birds.ascii(`csv-again-${name}`) : birds.text(`refused-${name}`),
  );
  const csv = `${[names, taken, refused].map((cells) => cells.join()).join('\n')}\n`;
  const headers = { 'content-type': 'text/csv' };
  const batch = await officer.post(uploads, csv, IntakeBatch, headers);
  const url = `${stack.services.registry}/v1/intake-batches/${batch.id}`;
  const { rows } = await eventually(async () => {
    const now = await officer.get(url, IntakeBatch);
    return now.finishedAt !== null && now;
  });
  expect(rows).toMatchObject({ registered: 1, refused: 1 });
  const errors = await officer.send(`${url}/errors`);
  // The report names the row by its owner's own id, and by nothing else of it.
  expect(foundIn(JSON.stringify(errors.body), birds.canaries)).toEqual(['csv-again-external_id']);
  for (const wrong of [csv.replace('village', birds.text('refused-column')), `${csv}"${birds.text('refused-quote')}`]) {
    const answer = await officer.send(uploads, { method: 'POST', body: wrong, headers });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    refusals.push(answer);
  }
}

const withFindings = (leaks: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(leaks).filter(([, fields]) => fields.length > 0));

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

async function queried<Row extends pg.QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** The tables that a service's app role may read. */
const tablesOf = async (url: string): Promise<string[]> => {
  const statement = `select quote_ident(relname) as name from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace and has_table_privilege(oid, 'select')`;
  return (await queried<{ name: string }>(url, statement)).map(({ name }) => name);
};

const rowsOf = async (url: string, table: string): Promise<string> =>
  (await queried<{ row: string }>(url, `select t::text as row from ${table} t`)).map(({ row }) => row).join('\n');
