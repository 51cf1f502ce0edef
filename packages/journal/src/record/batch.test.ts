import { describe, expect, it } from 'vitest';
import { recordStatements } from './batch.ts';
import type { KindUse } from './statement.ts';

const kind = (name: string, use: 'write' | 'guard'): KindUse => ({
  kind: name,
  use,
  table: { name, columnOf: { id: 'id', version: 'version' } },
});
const many = ['organisation', 'facility', 'offering', 'place-unit', 'a-kind-with-a-long-name'];

describe('the statements of a recorder', () => {
  it('have names that Postgres does not cut, however many kinds they write', () => {
    const statementFor = recordStatements();
    const statements = (['write', 'guard'] as const).map((use) =>
      statementFor([...many.map((name) => kind(name, 'write')), kind('last', use)]),
    );
    expect(new Set(statements.map(({ name }) => name.slice(0, 63))).size).toBe(2);
  });

  it('are made once for each set of kinds', () => {
    const statementFor = recordStatements();
    expect(statementFor([kind('a', 'write')])).toBe(statementFor([kind('a', 'write')]));
  });
});
