import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contradictions, identityOf, isAnotherPerson } from '../person/identity.ts';
import type { BeneficiaryRow, HeldRow, IntakeBatchRow } from '../schema.ts';
import { failed, progressed, workOff } from './decide.ts';
import { type PersonRow, readRow, type RefusedRow } from './read-row.ts';
import type { Cells } from './staged-row.ts';

const time = new Date('2026-11-24T06:00:00.000Z');
const batch: IntakeBatchRow = {
  id: 'batch',
  version: 1,
  organisationId: 'o',
  sourceSystem: 'office',
  state: 'received',
  rowsReceived: 10,
  rowsRead: 0,
  rowsRegistered: 0,
  rowsUpdated: 0,
  rowsUnchanged: 0,
  rowsRefused: 0,
  rowsHeld: 0,
  rowsTold: 0,
  rowsWarned: 0,
  dryRun: false,
  receivedAt: time,
  progressedAt: time,
  finishedAt: null,
  actor: { kind: 'client', clientId: 'c', organisationId: 'o', role: 'migration-service', actingPerson: null },
  traceparent: null,
  takeBack: null,
};
const rowOf = (cells: Cells): PersonRow | RefusedRow =>
  readRow({ cells }, { sourceSystem: 'office', phoneRegion: 'TJ', today: '2026-11-24' });
const person = (external_id: string, other: Cells = {}) =>
  rowOf({ external_id, given_name: 'A', family_name: 'B', ...other });

/** Works a file off in chunks, as the worker does: what is committed is what the next chunk finds. */
function workOffAll(
  rows: readonly (PersonRow | RefusedRow)[],
  chunk: number,
  persons = new Map<string, BeneficiaryRow>(),
  batchId = batch.id,
  { waiting = new Map<string, HeldRow>(), reliedOn = new Set<string>() } = {},
) {
  let next: IntakeBatchRow = { ...batch, id: batchId, rowsReceived: rows.length };
  let changeCount = 0;
  let made = persons.size;
  const newId = () => `${batchId} ${++made}`;
  while (next.rowsRead < rows.length) {
    const lot = rows.slice(next.rowsRead, next.rowsRead + chunk);
    const known = { persons, waiting, reliedOn, lastRowUnknown: new Set<string>() };
    const { changes, projections, tally } = workOff(lot, { batch: next, known, time, newId });
    expect(tally.rowsRead).toBeGreaterThan(0);
    changeCount += changes.length;
    const writes = [...changes.map((change) => ({ ...change, version: change.expected + 1 })), ...projections];
    expect(new Set(writes.map(({ id }) => id)).size).toBe(writes.length);
    for (const { kind, version, state } of writes) {
      if (kind === 'held-row') {
        const held = { ...state, version } as unknown as HeldRow; // it holds the whole row
        if (held.state === 'waiting') waiting.set(held.beneficiaryId, held);
        else waiting.delete(held.beneficiaryId);
        continue;
      }
      const row = { ...state, version } as unknown as BeneficiaryRow; // both hold the whole row
      persons.set(row.externalId ?? '', row);
    }
    next = { ...(progressed(next, tally, time).state as unknown as IntakeBatchRow), version: next.version + 1 };
  }
  const { rowsRead, rowsRegistered, rowsUpdated, rowsUnchanged, rowsRefused, rowsHeld, state } = next;
  const facts = [...persons.values()].map(({ externalId, version, village, phone }) => ({
    externalId,
    version,
    village,
    phone,
  }));
  return {
    tally: { rowsRead, rowsRegistered, rowsUpdated, rowsUnchanged, rowsRefused, rowsHeld },
    waiting,
    state,
    persons,
    facts,
    changeCount,
  };
}

describe('rows worked off', () => {
  const rows = fc.array(
    fc.oneof(
      fc
        .record({ id: fc.constantFrom('1', '2', '3', '4'), village: fc.constantFrom(undefined, 'Ворух', 'Чоркӯҳ') })
        .map(({ id, village }) => person(id, village === undefined ? {} : { village })),
      fc.constant(rowOf({ external_id: '9' })),
    ),
    { minLength: 1, maxLength: 30 },
  );

  it('come to the same however the file is cut', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 30 }), (file, chunk) => {
        const whole = workOffAll(file, 1);
        const cut = workOffAll(file, chunk);
        expect(cut.tally).toEqual(whole.tally);
        expect(cut.facts).toEqual(whole.facts);
        expect(cut.state).toBe('completed');
        const { rowsRead, rowsRegistered, rowsUpdated, rowsUnchanged, rowsRefused } = cut.tally;
        expect(rowsRegistered + rowsUpdated + rowsUnchanged + rowsRefused).toBe(rowsRead);
      }),
    );
  });

  it('of a file that names each person once change nothing the second time', () => {
    const file = fc.uniqueArray(
      fc.record({
        id: fc.string({ minLength: 1 }).map((id) => `x${id}x`),
        village: fc.constantFrom('Ворух', 'Чоркӯҳ'),
      }),
      { selector: ({ id }) => id, minLength: 1 },
    );
    fc.assert(
      fc.property(file, (people) => {
        const rows = people.map(({ id, village }) => person(id, { village })).filter((row) => !('complaints' in row));
        const first = workOffAll(rows, 7);
        const second = workOffAll(rows, 5, first.persons);
        expect(second.changeCount).toBe(0);
        expect(second.tally).toMatchObject({ rowsUnchanged: rows.length, rowsRegistered: 0, rowsUpdated: 0 });
      }),
    );
  });

  it('leave alone what was mended since, as long as the row is the same', () => {
    const { persons } = workOffAll([person('1', { phone: '+992931234567' })], 1);
    const mended = { ...persons.get('1')!, phone: '+992939999999', version: 2 };
    expect(workOffAll([person('1', { phone: '+992931234567' })], 1, new Map([['1', mended]])).changeCount).toBe(0);
    const another = workOffAll(
      [person('1', { phone: '+992931234567', village: 'Ворух' })],
      1,
      new Map([['1', mended]]),
    );
    expect(another.facts).toEqual([{ externalId: '1', version: 3, village: 'Ворух', phone: '+992939999999' }]);
  });

  it('change a field when its source system says something else of it, and never because another cell did', () => {
    const value = fc.constantFrom('Ворух', 'Чоркӯҳ', 'Исфара');
    const columns = { village: 'village', father_name: 'fatherName', district_id: 'districtId' } as const;
    const said = fc.record({ village: value, father_name: value, district_id: value }, { requiredKeys: [] });
    const mended = fc.record({ village: value, fatherName: value, districtId: value }, { requiredKeys: [] });
    const course = fc.array(fc.oneof(fc.record({ said }), fc.record({ mended })), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(course, (steps) => {
        const expected: Record<string, string | null> = { village: null, fatherName: null, districtId: null };
        const lastSaid: Record<string, string> = {};
        const persons = new Map<string, BeneficiaryRow>();
        workOffAll([person('1')], 1, persons, 'first');
        steps.forEach((step, number) => {
          if ('mended' in step) {
            const row = persons.get('1')!;
            persons.set('1', { ...row, ...step.mended, version: row.version + 1 });
            Object.assign(expected, step.mended);
            return;
          }
          workOffAll([person('1', step.said)], 1, persons, `batch ${number}`);
          for (const [column, field] of Object.entries(columns)) {
            const cell = step.said[column as keyof typeof columns];
            if (cell === undefined) continue;
            if (lastSaid[field] !== cell) expected[field] = cell;
            lastSaid[field] = cell;
          }
        });
        expect(persons.get('1')).toMatchObject(expected);
      }),
    );
  });

  it('of a person whose last row is known by its digest alone leave alone what was mended since', () => {
    const file = [person('1', { phone: '+992931234567' }), person('1', { phone: '+992931234568' })];
    const [first, last] = file.map((row) => ('complaints' in row ? null : row.digest));
    const { persons } = workOffAll(file, 5);
    const older = {
      ...persons.get('1')!,
      phone: '+992939999999',
      rowDigest: last!,
      earlierRowDigests: [first!.toString('hex')],
      sourceMemory: null,
    };
    const again = workOffAll(file, 5, new Map([['1', older]]), 'another batch');
    expect(again.changeCount).toBe(0);
    const moved = file.map((row) => ('complaints' in row ? row : { ...row, digest: Buffer.from('another') }));
    expect(workOffAll(moved, 5, again.persons, 'a third batch').changeCount).toBe(0);
  });

  it('of a file pushed again leave alone what was mended since, however often each person is in it and however it is cut', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 30 }), (file, chunk) => {
        const { persons } = workOffAll(file, chunk);
        const mended = new Map(
          [...persons].map(([id, row]) => [id, { ...row, phone: '+992939999999', version: row.version + 1 }] as const),
        );
        expect(workOffAll(file, 31 - chunk, mended, 'another batch').changeCount).toBe(0);
      }),
    );
  });

  it('that stand beside one of an earlier file are taken with it: pushed again, neither undoes what was mended', () => {
    const [first, second] = [person('1', { phone: '+992931234567' }), person('1', { phone: '+992931234568' })];
    const { persons } = workOffAll([first], 5, new Map(), 'the earlier batch');
    workOffAll([first, second], 5, persons);
    const mended = { ...persons.get('1')!, phone: '+992939999999', version: 3 };
    const again = workOffAll([first, second], 5, new Map([['1', mended]]), 'another batch');
    expect(again.facts).toMatchObject([{ version: 3, phone: '+992939999999' }]);
  });

  it('keep what they do not speak of, and take away what they say is not known', () => {
    const { persons } = workOffAll([person('1', { phone: '+992931234567', village: 'Ворух' })], 1);
    expect(workOffAll([person('1', { phone: null })], 1, persons).facts).toEqual([
      { externalId: '1', version: 2, village: 'Ворух', phone: null },
    ]);
  });

  it('say in the entry who pushed them and in which batch, and nothing about the person', () => {
    const { changes } = workOff([person('1', { village: 'Ворух' })], {
      batch,
      known: { persons: new Map(), waiting: new Map(), reliedOn: new Set(), lastRowUnknown: new Set() },
      time,
      newId: () => 'new',
    });
    expect(changes.map(({ entry }) => entry)).toEqual([
      {
        type: 'beneficiary.registered.v1',
        data: { beneficiaryId: 'new', organisationId: 'o' },
        detail: { batchId: 'batch' },
        actor: batch.actor,
        time,
        audience: 'o',
        traceparent: null,
      },
    ]);
  });
});

describe('who somebody is', () => {
  const named = fc.record({
    given_name: fc.constantFrom('Алӣ', 'алӣ ', 'Вализода'),
    family_name: fc.constantFrom('Каримов', 'Раҳимов'),
    sex: fc.constantFrom(undefined, 'male', 'female'),
    birth_date: fc.constantFrom(undefined, '1990', '1990-05-01', '1985'),
    village: fc.constantFrom(undefined, 'Ворух', 'Чоркӯҳ'),
  });
  const rowFrom = ({ sex, birth_date, village, ...names }: typeof named extends fc.Arbitrary<infer T> ? T : never) =>
    person('1', {
      ...names,
      ...(sex === undefined ? {} : { sex }),
      ...(birth_date === undefined ? {} : { birth_date }),
      ...(village === undefined ? {} : { village }),
    });
  const courses = fc.array(fc.array(named, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });

  it('is never turned into somebody else by rows, whatever files they come in and however these are cut', () => {
    fc.assert(
      fc.property(courses, fc.integer({ min: 1, max: 4 }), (files, chunk) => {
        const persons = new Map<string, BeneficiaryRow>();
        const waiting = new Map<string, HeldRow>();
        const [opening] = files[0]!;
        workOffAll([rowFrom(opening!)], 1, persons, 'the first');
        const first = identityOf(persons.get('1')!);
        files.forEach((file, number) => {
          const { tally } = workOffAll(file.map(rowFrom), chunk, persons, `batch ${number}`, { waiting });
          const { rowsRead, rowsRegistered, rowsUpdated, rowsUnchanged, rowsHeld } = tally;
          expect(rowsRegistered + rowsUpdated + rowsUnchanged + rowsHeld).toBe(rowsRead);
          expect(isAnotherPerson(first, persons.get('1')!)).toBe(false);
        });
      }),
    );
  });

  it('does not change by rows once a consent was recorded: what was not known may become known', () => {
    fc.assert(
      fc.property(courses, fc.integer({ min: 1, max: 4 }), (files, chunk) => {
        const { persons } = workOffAll([person('1', { given_name: 'Алӣ', family_name: 'Каримов' })], 1);
        const before = identityOf(persons.get('1')!);
        const reliedOn = new Set([persons.get('1')!.id]);
        const waiting = new Map<string, HeldRow>();
        files.forEach((file, number) => {
          workOffAll(file.map(rowFrom), chunk, persons, `batch ${number}`, { waiting, reliedOn });
          expect(contradictions(before, persons.get('1')!)).toEqual([]);
        });
      }),
    );
  });

  it('waits once a person, with the last word of each cell, and is applied when the source takes it back', () => {
    const { persons } = workOffAll([person('1', { birth_date: '1990' })], 1);
    const waiting = new Map<string, HeldRow>();
    const other = person('1', { given_name: 'X', birth_date: '1985' });
    expect(workOffAll([other], 1, persons, 'b', { waiting }).tally).toMatchObject({ rowsHeld: 1, rowsUpdated: 0 });
    const again = workOffAll([other], 1, persons, 'c', { waiting });
    expect(again).toMatchObject({ tally: { rowsHeld: 1 }, changeCount: 0 });
    const more = person('1', { given_name: 'X', birth_date: '1985', village: 'Ворух' });
    workOffAll([more], 1, persons, 'd', { waiting });
    expect([...waiting.values()]).toMatchObject([{ version: 2, batchId: 'd', said: { village: 'Ворух' } }]);
    expect(persons.get('1')).toMatchObject({ givenName: 'A', birthDate: '1990', village: null });
    workOffAll([person('1', { birth_date: '1990' })], 1, persons, 'e', { waiting });
    expect(waiting.size).toBe(0);
    expect(persons.get('1')).toMatchObject({ givenName: 'A', birthDate: '1990', village: 'Ворух', version: 2 });
  });
});

describe('a batch', () => {
  const none = { rowsRead: 0, rowsRegistered: 0, rowsUpdated: 0, rowsUnchanged: 0, rowsRefused: 0, rowsHeld: 0 };
  it('without rows is over at once', () => {
    expect(progressed({ ...batch, rowsReceived: 0 }, none, time)).toMatchObject({
      state: { state: 'completed', finishedAt: time },
      entry: { type: 'intake-batch.completed.v1' },
    });
  });
  it('is under way until its last row', () => {
    expect(progressed(batch, { ...none, rowsRead: 9, rowsUnchanged: 9 }, time)).toMatchObject({
      state: { state: 'running', finishedAt: null, rowsRead: 9 },
      entry: { type: 'intake-batch.progressed.v1' },
    });
  });
  it('that is given up keeps what it has done', () => {
    expect(failed({ ...batch, rowsRead: 5, rowsRegistered: 5 }, time)).toMatchObject({
      state: { state: 'failed', rowsRegistered: 5, finishedAt: time },
      entry: { type: 'intake-batch.failed.v1' },
    });
  });
});
