import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAccessStore } from '../src/accesses/store.ts';
import { testRegistry, type TestRegistry } from './registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry({ started: false });
});
afterAll(() => registry.stop());

const people = 1800;
const looksEach = 50;
const looksAtOne = 10_000;

it(
  'a page of a person’s accesses is found by index, however many the journal has of others',
  { timeout: 120_000 },
  async () => {
    const { pool } = registry;
    const known = await registry.register();
    await registry.consent(known.id);
    await looks(`select md5(person::text)::uuid as subject from generate_series(1, ${people}) person`, looksEach);
    await looks(`select '${known.id}'::uuid as subject`, looksAtOne);
    const { rows } = await pool.query<{ other: string }>("select md5('1')::uuid as other");

    const told = { organisationId: randomUUID(), facilityIds: [randomUUID()], deskIds: [randomUUID()] };
    for (const id of [known.id, rows[0]?.other ?? ''])
      for (const before of [undefined, 50_000]) {
        const plan = await planOf({ id, before });
        expect(plan).toMatch(/Index Scan (on|using) entry_(subject|version_once)/);
        expect(plan).not.toMatch(/Seq Scan on|Backward|place_pkey/);
      }

    /** How Postgres finds a page, as the store asks for it. */
    async function planOf(of: { id: string; before: number | undefined }): Promise<string> {
      let plan = '';
      const explaining = {
        query: async ({ text, values }: { text: string; values: unknown[] }) => {
          const explained = await pool.query<{ 'QUERY PLAN': string }>(`explain (analyze, buffers) ${text}`, values);
          plan = explained.rows.map((row) => row['QUERY PLAN']).join('\n');
          return { rows: [] };
        },
      };
      await createAccessStore(explaining as unknown as typeof pool).ofBeneficiary({ ...of, limit: 51, told }); // all that the store needs of a pool
      return plan;
    }

    async function looks(subjects: string, each: number): Promise<void> {
      await pool.query(`
      with made as (insert into entry (id, kind, subject, type, time, data, detail, actor, nonce)
        select gen_random_uuid(), 'beneficiary', subject, 'beneficiary.observed.v1', now(), '{}', '{"route":"GET /v1/beneficiaries/:id","categories":["identity","contact"]}',
          '{"kind":"client","clientId":"c","organisationId":null,"role":"migration-service","actingPerson":null}', decode(md5(random()::text), 'hex')
        from generate_series(1, ${each}), (${subjects}) as s returning id)
      insert into place (position, id) select (select coalesce(max(position), 0) from place) + row_number() over (), id from made`);
    }
  },
);
