import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keptByVersion, type Versioned } from './kept-by-version.ts';

/** A table of versions, and how often each row of it was read. */
function table(max = 100) {
  const rows = new Map<string, Versioned<string>>();
  const reads: string[] = [];
  const read = keptByVersion<string>({
    max,
    load: async (ids) => {
      reads.push(...ids);
      return new Map(ids.flatMap((id) => (rows.has(id) ? [[id, rows.get(id)!] as const] : [])));
    },
  });
  const write = (id: string): number => {
    const version = (rows.get(id)?.version ?? 0) + 1;
    rows.set(id, { version, value: `${id} ${version}` });
    return version;
  };
  return { rows, reads, read, write };
}

describe('what is kept by version', () => {
  it('is read once, however often it is asked for', async () => {
    const { read, reads, write } = table();
    const wanted = { id: 'a', version: write('a') };
    expect(await Promise.all([read(wanted), read(wanted)])).toEqual(['a 1', 'a 1']);
    expect(await read(wanted)).toBe('a 1');
    expect(reads).toEqual(['a']);
  });

  it('is never older than the version asked for, and given newer once a newer one was read', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ id: fc.constantFrom('a', 'b', 'c'), writes: fc.boolean() }), { maxLength: 50 }),
        async (steps) => {
          const { rows, read, write } = table(2);
          for (const { id, writes } of steps) {
            if (writes || !rows.has(id)) write(id);
            const { version, value } = rows.get(id)!;
            expect(await read({ id, version })).toBe(value);
            expect(await read({ id, version: Math.max(1, version - 1) })).toBe(value);
          }
        },
      ),
    ));

  it('is null where there is nothing to be read, and looked for again', async () => {
    const { read, reads } = table();
    expect(await read({ id: 'a', version: 1 })).toBeNull();
    expect(await read({ id: 'a', version: 1 })).toBeNull();
    expect(reads).toEqual(['a', 'a']);
  });

  it('makes room for what is asked for now', async () => {
    const { read, reads, write } = table(2);
    for (const id of ['a', 'b', 'c']) await read({ id, version: write(id) });
    await read({ id: 'c', version: 1 });
    await read({ id: 'a', version: 1 });
    expect(reads).toEqual(['a', 'b', 'c', 'a']);
  });
});
