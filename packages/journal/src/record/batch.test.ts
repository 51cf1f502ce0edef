import { describe, expect, it } from 'vitest';
import { recordStatements } from './batch.ts';
import type { KindUse } from './statement.ts';

const kind = (name: string, use: KindUse['use']): KindUse => ({
  kind: name,
  use,
  table: { name, columnOf: { id: 'id', version: 'version' } },
});
const without = { hasKeys: false, hasConsumed: false };
const many = ['organisation', 'facility', 'offering', 'place-unit', 'a-kind-with-a-long-name'];

describe('the statements of a recorder', () => {
  it('have names that Postgres does not cut, however many kinds they write', () => {
    const statementFor = recordStatements();
    const statements = (['make', 'move', 'make or move', 'guard'] as const).map((use) =>
      statementFor({ ...without, kinds: [...many.map((name) => kind(name, 'move')), kind('last', use)] }),
    );
    expect(new Set(statements.map(({ name }) => name.slice(0, 63))).size).toBe(4);
  });

  it('are made once for what a batch has in it, and do nothing for what it has not', () => {
    const statementFor = recordStatements();
    const look = statementFor({ ...without, kinds: [] });
    expect(statementFor({ ...without, kinds: [] })).toBe(look);
    expect(look.text).not.toMatch(/into (idempotency|consumed)| for (update|share)/);
    const change = statementFor({ kinds: [kind('a', 'make or move')], hasKeys: true, hasConsumed: true });
    expect(change.text).toMatch(/into idempotency[^]*into consumed/);
    expect(change.text).toMatch(/for update/);
  });
});
