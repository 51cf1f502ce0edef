import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { batchQuery, prepare, recordStatements } from './batch.ts';
import type { KindUse } from './statement.ts';
import type { Change } from './unit.ts';

const columns = ['id', 'version', 'label', 'notes'].map((name) => ({ property: name, name, type: 'text' }));
const table = (name: string) => ({ name, columns, properties: new Set(columns.map(({ property }) => property)) });
const kind = (name: string, use: Partial<KindUse>): KindUse => ({
  kind: name,
  table: table(name),
  make: null,
  move: null,
  isGuard: false,
  ...use,
});
const without = { hasKeys: false, hasConsumed: false };
const many = ['organisation', 'facility', 'offering', 'place-unit', 'a-kind-with-a-long-name'];
const actor = { kind: 'system', clientId: null, organisationId: null, role: null, actingPerson: null } as const;
const entry = {
  type: 'client.created.v1',
  data: { clientId: 'c', organisationId: 'o' },
  actor,
  time: new Date(),
} as const;

describe('the statements of a recorder', () => {
  it('have names that Postgres does not cut, however many kinds they write', () => {
    const statementFor = recordStatements();
    const uses = [{ make: columns }, { move: columns }, { make: columns, move: columns }, { isGuard: true }];
    const statements = uses.map((use) =>
      statementFor({ ...without, kinds: [...many.map((name) => kind(name, { move: columns })), kind('last', use)] }),
    );
    expect(new Set(statements.map(({ name }) => name.slice(0, 63))).size).toBe(4);
  });

  it('are made once for what a batch has in it, and do nothing for what it has not', () => {
    const statementFor = recordStatements();
    const projection = statementFor({ ...without, kinds: [kind('a', { make: columns })] });
    expect(statementFor({ ...without, kinds: [kind('a', { make: columns })] }).name).toBe(projection.name);
    expect(projection.text).not.toMatch(/into (idempotency|consumed)| for (update|share)/);
    const change = statementFor({ kinds: [kind('a', { move: columns })], hasKeys: true, hasConsumed: true });
    expect(change.text).toMatch(/into idempotency[^]*into consumed/);
    expect(change.text).toMatch(/for update/);
  });

  it('write of a change what differs, of a new row what is there, and all of a row whose past is not known', () => {
    const before = { version: 1, label: 'tea', notes: 'fragile' };
    const written = (change: Partial<Change>) => {
      const unit = { changes: [{ kind: 'a', id: 'x', expected: 1, state: before, entry, ...change }] };
      const { text, values } = batchQuery(new Map([['a', table('a')]]), recordStatements(), [prepare(unit)]);
      return { text, row: values.map(String).find((value) => value.includes('".unit"')) };
    };
    const moved = written({ before, state: { ...before, label: 'salt' } });
    expect(moved.text).toMatch(/set \("version", "label"\) =/);
    expect(moved.row).toBe('[{"version":2,"label":"salt","id":"x",".unit":0}]');
    expect(written({}).text).toMatch(/set \("version", "label", "notes"\) =/);
    expect(written({ expected: 0, state: { label: 'tea', notes: null } }).text).toMatch(
      /into "a" \("id", "version", "label"\)/,
    );
  });

  it('name all columns once there are many statements', () => {
    const statementFor = recordStatements();
    const others = Array.from({ length: 64 }, (_, n) => kind(`kind-${n}`, { make: columns }));
    for (const other of others) statementFor({ ...without, kinds: [other] });
    const { text, kinds } = statementFor({ ...without, kinds: [kind('a', { move: columns.slice(1, 2) })] });
    expect(text).toMatch(/set \("version", "label", "notes"\) =/);
    expect(kinds[0]?.move).toHaveLength(3);
  });

  it('only add entries where a batch stands on nothing', () => {
    const look = { kind: 'a', subject: randomUUID(), type: 'a.observed.v1', actor, time: new Date() } as const;
    const looks = [{ observations: [look] }, { observations: [look, look] }].map(prepare);
    const { text, values } = batchQuery(new Map(), recordStatements(), looks);
    expect(text.match(/into \w+/g)).toEqual(['into entry', 'into unplaced']);
    expect(values[0]).toEqual([0, 1]);
    expect(JSON.parse(String(values[1]))).toMatchObject([{ unit: 0 }, { unit: 1 }, { unit: 1 }]);
  });
});
