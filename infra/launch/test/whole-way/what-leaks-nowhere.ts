import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FeedPage } from '@rohnamo/contracts';
import { type FakeFacility, fakeFacility } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from './api.ts';
import { aviary, foundIn } from './canaries.ts';
import { canaryWalk } from './canary-walk.ts';
import { rowsOf, tablesOf } from './database-rows.ts';
import type { Handoff } from './handoff.ts';
import { textFieldsOf } from './request-fields.ts';

/** A walk in which every personal field holds a canary, and then a look at all that was written or sent on the way. */
export function describeWhatLeaksNowhere(handoff: () => Handoff, stateFolder: () => string): void {
  describe('what is personal, on its whole way', () => {
    const birds = aviary();
    const refusals: Answer[] = [];
    let facility: FakeFacility;
    beforeAll(async () => {
      facility = await fakeFacility();
      await canaryWalk(handoff(), { birds, facility, refusals });
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
        await rowsOf(referral, 'message'),
      ];
      const kept = new Set(found(tables.join('\n')));
      const refused = birds.canaries.map(({ field }) => field).filter((field) => field.startsWith('refused-'));
      const missing = birds.canaries.map(({ field }) => field).filter((field) => !kept.has(field));
      expect(missing.filter((field) => !refused.includes(field))).toEqual([]);
      expect(missing.length).toBeGreaterThan(0);
    });

    it('is in every field of every request that takes a text, but for those that say nothing of a person', async () => {
      const { registry, referral } = handoff().stack.services;
      const fields = [...(await textFieldsOf(registry)), ...(await textFieldsOf(referral))];
      const planted = new Set([...birds.canaries.map(({ field }) => field.replace(/^refused-/, '')), ...notPersonal]);
      expect(fields.length).toBeGreaterThan(25);
      expect(fields.filter((field) => !planted.has(field))).toEqual([]);
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

    it('is in no parked event', async () => {
      const { notifications } = handoff().stack.databases;
      const parked = await rowsOf(notifications, 'parked');
      expect(parked).toContain('referral.accepted.v1');
      expect(found(parked)).toEqual([]);
    });

    it('is in no feed of those who took part', async () => {
      const { as, stack } = handoff();
      for (const role of ['facility', 'migration-service'] as const) {
        const page = await as(role).get(`${stack.services.notifications}/v1/events?limit=200`, FeedPage);
        expect(page.items.length, role).toBeGreaterThan(0);
        expect(found(JSON.stringify(page)), role).toEqual([]);
      }
    });

    it('is in no record of any topic: not in key, headers or payload', () => {
      if (handoff().stack.transport === 'in-process') {
        expect(existsSync(join(stateFolder(), 'kafka'))).toBe(false); // what travels are rows of journals: see above
        return;
      }
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
      const ofServices =
        handoff().stack.transport === 'kafka' ? ['logs/registry.log', 'logs/referral.log'] : ['logs/services.log'];
      expect(names).toEqual(expect.arrayContaining([...ofServices, 'postgres/postgres.log']));
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

/** Texts that say nothing of a person: names of systems, versions and ends of forms, and what only our own services ask. */
const notPersonal = [
  'id',
  'number',
  'external.sourceSystem',
  'sourceSystem',
  'languageRead',
  'textVersion',
  'endsAt',
  'withdrawnAt',
  'returnCountry',
  'clientId',
  'actingPerson',
  'responsible',
  'askedBy.clientId',
  'askedBy.actingPerson',
  'furtherReferral.service',
  'service',
  'cursor',
];

/** Where personal fields belong. Every other table holds none. */
const holders: Record<string, string[]> = {
  registry: ['beneficiary', 'consent', 'intake_error', 'intake_row', 'intake_outcome'],
  /** A person's copy is the triage view: of it, the district. */
  referral: ['referral', 'person', 'message'],
};

const withFindings = (leaks: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(leaks).filter(([, fields]) => fields.length > 0));

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
