import { Beneficiary, IntakeBatch, type IntakeRowError } from '@rohnamo/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countOf, other, ownOrganisation, testRegistry, type TestRegistry, trailOf, typesOf } from './registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry({ config: { INTAKE_BYTES_MAX: '5000', INTAKE_CHUNK_ROWS: '3' } });
});
afterAll(() => registry.stop());

const header = 'external_id,given_name,family_name,birth_date,phone,village';
const csv = (...rows: string[]) => [header, ...rows].map((row) => `${row}\r\n`).join('');
const ndjson = { headers: { 'content-type': 'application/x-ndjson' } };
const rowsOf = ({ rows }: IntakeBatch) => rows;
const errorsOf = async (batch: IntakeBatch, query = '') => {
  const { status, body } = await registry.get(`/v1/intake-batches/${batch.id}/errors${query}`);
  expect(status).toBe(200);
  return body as { items: IntakeRowError[]; next: string | null };
};

interface StoredPerson {
  id: string;
  version: string;
  given_name: string;
  birth_date: string | null;
  phone: string | null;
  village: string | null;
}
async function stored(externalId: string, organisationId = ownOrganisation): Promise<StoredPerson | undefined> {
  const { rows } = await registry.pool.query<StoredPerson>(
    'select * from beneficiary where external_id = $1 and organisation_id = $2',
    [externalId, organisationId],
  );
  return rows[0];
}

describe('a push', () => {
  it('is taken once it is safely kept, and says where to follow it', async () => {
    const { status, headers, body } = await registry.push(csv('a1,Фирӯза,Назарова,21.03.1994,93 123 45 67,Ворух'));
    const batch = IntakeBatch.parse(body);
    expect(status).toBe(202);
    expect(headers).toMatchObject({ location: `/v1/intake-batches/${batch.id}`, etag: '"1"' });
    expect(batch).toMatchObject({
      version: 1,
      sourceSystem: 'office',
      state: 'received',
      rows: { received: 1, read: 0 },
      finishedAt: null,
    });
    expect(await registry.finished({ status, headers, body })).toMatchObject({
      state: 'completed',
      rows: { received: 1, read: 1, registered: 1, updated: 0, unchanged: 0, refused: 0, held: 0 },
    });
  });

  it('registers persons as they would be one by one, pushed by whoever pushed them', async () => {
    const batch = await registry.finished(
      await registry.push(csv('b1,Фирӯза,Назарова,21.03.1994,93 123 45 67,'), {
        headers: { 'acting-person': 'staff-2' },
      }),
    );
    const { id } = (await stored('b1'))!;
    expect(Beneficiary.parse((await registry.get(`/v1/beneficiaries/${id}`)).body)).toMatchObject({
      givenName: 'Фирӯза',
      birthDate: '1994-03-21',
      phone: '+992931234567',
      external: { sourceSystem: 'office', externalId: 'b1' },
    });
    expect((await trailOf(registry.pool, id))[0]).toMatchObject({
      type: 'beneficiary.registered.v1',
      data: { beneficiaryId: id, organisationId: ownOrganisation },
      detail: { batchId: batch.id },
      actor: { actingPerson: 'staff-2', organisationId: ownOrganisation },
    });
  });

  it('of the same file a second time changes nothing', async () => {
    const file = csv('c1,A,B,1990,,', 'c2,C,D,,,', 'c3,E,F,,,Ворух', 'c4,G,H,,,');
    await registry.finished(await registry.push(file));
    const persons = await registry.pool.query("select * from beneficiary where external_id like 'c_' order by id");
    const about =
      "select count(*) from entry where subject in (select id from beneficiary where external_id like 'c_')";
    const before = await registry.pool.query(about);
    expect(rowsOf(await registry.finished(await registry.push(file)))).toEqual({
      received: 4,
      read: 4,
      registered: 0,
      updated: 0,
      unchanged: 4,
      refused: 0,
      held: 0,
      warned: 0,
    });
    expect(
      (await registry.pool.query("select * from beneficiary where external_id like 'c_' order by id")).rows,
    ).toEqual(persons.rows);
    expect((await registry.pool.query(about)).rows).toEqual(before.rows);
  });

  it('that says something new changes that and keeps the rest', async () => {
    await registry.finished(await registry.push(csv('d1,A,B,1990,931234567,Ворух')));
    expect(rowsOf(await registry.finished(await registry.push(csv('d1,A,B,1991,,'))))).toMatchObject({ updated: 1 });
    const person = await stored('d1');
    expect(person).toMatchObject({ version: '2', birth_date: '1991', phone: '+992931234567', village: 'Ворух' });
    expect(await typesOf(registry.pool, person!.id)).toEqual(['beneficiary.registered.v1', 'beneficiary.changed.v1']);
  });

  it('takes away what newline-delimited rows say is not known', async () => {
    await registry.finished(
      await registry.push('{"external_id":"e1","given_name":"A","family_name":"B","phone":"+992931234567"}', ndjson),
    );
    await registry.finished(
      await registry.push('{"external_id":"e1","given_name":"A","family_name":"B","phone":null}\n', ndjson),
    );
    expect(await stored('e1')).toMatchObject({ version: '2', phone: null });
  });

  it('leaves alone what an officer has mended since', async () => {
    const file = csv('f1,A,B,1990,,');
    await registry.finished(await registry.push(file));
    const { id } = (await stored('f1'))!;
    await registry.patch(`/v1/beneficiaries/${id}`, { body: { birthDate: '1991' }, headers: { 'if-match': '"1"' } });
    expect(rowsOf(await registry.finished(await registry.push(file)))).toMatchObject({ unchanged: 1, updated: 0 });
    expect(await stored('f1')).toMatchObject({ version: '2', birth_date: '1991' });
  });

  it('that says something new in one cell leaves alone what was mended since in another', async () => {
    await registry.finished(await registry.push(csv('f2,A,B,,931234567,')));
    const { id } = (await stored('f2'))!;
    const mended = { body: { phone: '+992939999999' }, headers: { 'if-match': '"1"' } };
    expect((await registry.patch(`/v1/beneficiaries/${id}`, mended)).status).toBe(200);
    const withVillage = csv('f2,A,B,,93 123-45-67,Ворух');
    expect(rowsOf(await registry.finished(await registry.push(withVillage)))).toMatchObject({ updated: 1 });
    expect(await stored('f2')).toMatchObject({ version: '3', phone: '+992939999999', village: 'Ворух' });
    const newPhone = csv('f2,A,B,,93 123-45-68,Ворух');
    expect(rowsOf(await registry.finished(await registry.push(newPhone)))).toMatchObject({ updated: 1 });
    expect(await stored('f2')).toMatchObject({ version: '4', phone: '+992931234568', village: 'Ворух' });
  });

  it('leaves alone what was mended since of a person whom it only confirmed, and writes no version for that', async () => {
    const registered = { givenName: 'A', familyName: 'B', external: { sourceSystem: 'office', externalId: 'm1' } };
    const { id } = await registry.register({ ...registered, phone: '+992931234567' });
    const file = csv('m1,A,B,,931234567,');
    expect(rowsOf(await registry.finished(await registry.push(file)))).toMatchObject({ unchanged: 1, updated: 0 });
    const mended = { body: { phone: '+992939999999' }, headers: { 'if-match': '"1"' } };
    expect((await registry.patch(`/v1/beneficiaries/${id}`, mended)).status).toBe(200);
    expect(rowsOf(await registry.finished(await registry.push(file)))).toMatchObject({ unchanged: 1, updated: 0 });
    expect(await stored('m1')).toMatchObject({ version: '2', phone: '+992939999999' });
    expect(await typesOf(registry.pool, id)).toEqual(['beneficiary.registered.v1', 'beneficiary.changed.v1']);
  });

  it('leaves alone what was mended since of a person who is in it twice', async () => {
    const file = csv('n1,A,B,,931234567,', 'n1,A,B,,931234568,');
    expect(rowsOf(await registry.finished(await registry.push(file)))).toMatchObject({ registered: 1, updated: 1 });
    const { id } = (await stored('n1'))!;
    const mended = { body: { phone: '+992939999999' }, headers: { 'if-match': '"2"' } };
    expect((await registry.patch(`/v1/beneficiaries/${id}`, mended)).status).toBe(200);
    expect(rowsOf(await registry.finished(await registry.push(file)))).toMatchObject({ unchanged: 2, updated: 0 });
    expect(await stored('n1')).toMatchObject({ version: '3', phone: '+992939999999' });
  });

  it('takes back what another file said in between', async () => {
    const [right, wrong] = [csv('o1,A,B,1990,,'), csv('o1,A,B,1991,,')];
    for (const file of [right, wrong, right]) await registry.finished(await registry.push(file));
    expect(await stored('o1')).toMatchObject({ version: '3', birth_date: '1990' });
  });

  it('meets persons that were registered one by one', async () => {
    const person = await registry.register({ external: { sourceSystem: 'office', externalId: 'g1' } });
    await registry.finished(await registry.push(csv('g1,A,Назарова,,,')));
    expect(await stored('g1')).toMatchObject({
      id: person.id,
      version: '2',
      given_name: 'A',
      birth_date: '1994-03-21',
    });
  });

  it('with one person in several rows follows the file', async () => {
    const rows = rowsOf(
      await registry.finished(
        await registry.push(csv('h1,A,B,,,', 'h1,A,B,,,', 'h1,C,B,,,', 'h2,A,B,,,', 'h1,D,B,,,')),
      ),
    );
    expect(rows).toMatchObject({ received: 5, read: 5, registered: 2, updated: 2, unchanged: 1 });
    expect(await stored('h1')).toMatchObject({ given_name: 'D', version: '3' });
  });

  it('from another source system, or by another organisation, is about other people', async () => {
    const file = csv('i1,A,B,,,');
    expect(rowsOf(await registry.finished(await registry.push(file)))).toMatchObject({ registered: 1 });
    expect(rowsOf(await registry.finished(await registry.push(file, { sourceSystem: 'border' })))).toMatchObject({
      registered: 1,
    });
    const pushed = await registry.push(file, { as: other });
    expect(pushed.status).toBe(202);
    expect((await registry.get(String(pushed.headers['location']))).status).toBe(404);
  });

  it('reports row by row what is wrong, where, and what to do, and takes the rest', async () => {
    const batch = await registry.finished(
      await registry.push(csv('j1,A,B,,,', 'j2,,B,31.02.1994,none,', 'j3,A', ',A,B,,,', 'j5,A,B,,,')),
    );
    expect(rowsOf(batch)).toEqual({
      received: 5,
      read: 5,
      registered: 2,
      updated: 0,
      unchanged: 0,
      refused: 3,
      held: 0,
      warned: 0,
    });
    expect(await errorsOf(batch)).toEqual({
      next: null,
      items: [
        {
          row: 3,
          externalId: 'j2',
          field: 'given_name',
          problem: 'is required',
          remedy: 'Give the given name: one line, at most 100 characters.',
        },
        {
          row: 3,
          externalId: 'j2',
          field: 'birth_date',
          problem: expect.any(String) as string,
          remedy: 'Write 1994-03-21 or 21.03.1994, or only the year; leave it empty where it is not known.',
        },
        {
          row: 3,
          externalId: 'j2',
          field: 'phone',
          problem: 'is not a telephone number',
          remedy: 'Write the number with its country code, such as +992 and nine digits, or leave it empty.',
        },
        {
          row: 4,
          externalId: null,
          field: 'row',
          problem: 'has 2 cells where the header has 6',
          remedy: 'Give every row as many cells as the header; put cells that hold a comma in double quotes.',
        },
        {
          row: 5,
          externalId: null,
          field: 'external_id',
          problem: 'is required',
          remedy: 'Give the id that this person has in your system: one line, at most 128 characters.',
        },
      ],
    });
  });

  it('counts its rows as a spreadsheet does, and rows of empty cells are none', async () => {
    const batch = await registry.finished(
      await registry.push(`\n${header}\nx1,"A\nA",B,,,\n,,,,,\n,,\n\nx2,A,B,,,\nx3,,B,,,\n`),
    );
    expect(rowsOf(batch)).toMatchObject({ received: 3, read: 3, registered: 1, refused: 2 });
    expect((await errorsOf(batch)).items.map(({ row, field }) => `${row} ${field}`)).toEqual([
      '3 given_name',
      '8 given_name',
    ]);
  });

  it('with many errors gives each once, page by page', async () => {
    const batch = await registry.finished(
      await registry.push(csv(...Array.from({ length: 25 }, (_, row) => `k${row},,,,,`))),
    );
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await errorsOf(batch, `?limit=7${cursor === null ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ row, field }) => `${row} ${field}`));
      cursor = page.next;
    } while (cursor !== null);
    expect(seen).toEqual(
      Array.from({ length: 25 }, (_, row) => [`${row + 2} given_name`, `${row + 2} family_name`]).flat(),
    );
  });

  it('keeps no row longer than it takes to work it off', async () => {
    await registry.finished(await registry.push(csv('l1,A,B,,,', 'l2,,,,,')));
    await expect.poll(() => countOf(registry.pool, 'intake_row')).toBe(0);
  });

  it('writes an entry for every step of the batch and none that tells who is in it', async () => {
    const batch = await registry.finished(
      await registry.push(csv(...['m1', 'm2', 'm3', 'm4'].map((id) => `${id},Фирӯза,Назарова,,,`))),
    );
    expect(await typesOf(registry.pool, batch.id)).toEqual([
      'intake-batch.received.v1',
      'intake-batch.progressed.v1',
      'intake-batch.completed.v1',
    ]);
    const { rows } = await registry.pool.query("select from entry where entry::text ~ 'Фирӯза|Назарова'");
    expect(rows).toEqual([]);
  });

  it('of no rows is over at once', async () => {
    expect(rowsOf(await registry.finished(await registry.push(`${header}\n`)))).toMatchObject({ received: 0, read: 0 });
    expect(rowsOf(await registry.finished(await registry.push('\n', ndjson)))).toMatchObject({ received: 0 });
  });

  it('repeated with its key is the same push, and with another file is refused', async () => {
    const headers = { 'idempotency-key': 'push-1' };
    const first = await registry.push(csv('n1,A,B,,,'), { headers });
    await registry.finished(first);
    const again = await registry.push(csv('n1,A,B,,,'), { headers });
    expect(again).toMatchObject({
      status: 202,
      headers: { location: first.headers['location'] },
      body: { state: 'completed' },
    });
    expect(await registry.push(csv('n2,A,B,,,'), { headers })).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
    expect(await countOf(registry.pool, 'intake_row')).toBe(0);
    expect(await stored('n2')).toBeUndefined();
  });
});
