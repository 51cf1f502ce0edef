import { createHash } from 'node:crypto';
import { randomHex } from '../random-hex.ts';
import { uuidV7 } from '../uuid-v7.ts';
import { type BatchShape, type KindUse, recordStatement } from './statement.ts';
import { rowAsJson, type SubjectTable } from './table.ts';
import type { Unit } from './unit.ts';

/** The tables whose rows are subjects, by kind. The order of the kinds is the order in which they are locked. */
export type SubjectTables = ReadonlyMap<string, SubjectTable>;

/** A unit on its way, with the ids that its entries will have: by them an unknown outcome is found out. */
export interface Prepared {
  unit: Unit;
  entryIds: string[];
  entries: Record<string, unknown>[];
}

/** Gives each entry its id and its nonce. */
export function prepare(unit: Unit): Prepared {
  const entries = [
    ...(unit.changes ?? []).map(({ kind, id, expected, entry }) => ({
      ...entry,
      kind,
      subject: id,
      version: expected + 1,
    })),
    ...(unit.observations ?? []).map((observation) => ({ ...observation, version: null, data: {} })),
  ].map((entry) => ({ ...entry, id: uuidV7(), nonce: `\\x${randomHex(16)}` }));
  return { unit, entries, entryIds: entries.map(({ id }) => id) };
}

interface RowWrite {
  kind: string;
  id: string;
  expected: number;
  row: Record<string, unknown>;
}

const rowWrites = (unit: Unit): RowWrite[] => [
  ...(unit.changes ?? []).map(({ kind, id, expected, state }) => ({
    kind,
    id,
    expected,
    row: { ...state, id, version: expected + 1 },
  })),
  ...(unit.projections ?? []).map(({ kind, id, expected, version, state }) => ({
    kind,
    id,
    expected,
    row: { ...state, id, version },
  })),
];

/** What may not meet in one batch: see {@link recordStatement}. */
export interface Claims {
  exclusive: string[];
  written: string[];
  guarded: string[];
}

export function claimsOf(unit: Unit): Claims {
  const writes = rowWrites(unit);
  return {
    exclusive: [
      ...writes.map(({ kind, id }) => `subject ${kind} ${id}`),
      ...(unit.key ? [`key ${unit.key.client} ${unit.key.key}`] : []),
      ...(unit.consumed ? [`consumed ${unit.consumed.consumer} ${unit.consumed.subject}`] : []),
    ],
    written: writes.map(({ kind }) => kind),
    guarded: (unit.guards ?? []).map(({ kind }) => kind),
  };
}

/** The statements of a recorder, each made once: by what a batch has in it. */
export function recordStatements(): (shape: BatchShape) => { name: string; text: string } {
  const known = new Map<string, { name: string; text: string }>();
  return (shape) => {
    const kinds = shape.kinds.map(({ kind, use }) => `${kind}:${use}`).join(' ');
    const id = `${kinds} ${shape.hasKeys} ${shape.hasConsumed}`;
    const statement = known.get(id) ?? named(recordStatement(shape));
    known.set(id, statement);
    return statement;
  };
}

/** By its text: Postgres cuts the names of prepared statements off after 63 bytes, and recorders may share a connection. */
const named = (text: string) => ({
  name: `record ${createHash('sha256').update(text).digest('hex').slice(0, 16)}`,
  text,
});

/** The query of a batch: its statement and its parameters. */
export function batchQuery(
  tables: SubjectTables,
  statementFor: ReturnType<typeof recordStatements>,
  batch: readonly Prepared[],
): { name: string; text: string; values: unknown[] } {
  const writes = batch.flatMap(({ unit }, index) => rowWrites(unit).map((write) => ({ ...write, unit: index })));
  const guards = batch.flatMap(({ unit }, index) => (unit.guards ?? []).map((guard) => ({ ...guard, unit: index })));
  const uses = new Map<string, KindUse['use']>(guards.map(({ kind }) => [kind, 'guard']));
  for (const { kind, expected } of writes) {
    const use = expected === 0 ? 'make' : 'move';
    const other = uses.get(kind) ?? use;
    uses.set(kind, other === use ? use : 'make or move');
  }
  for (const kind of uses.keys()) if (!tables.has(kind)) throw new Error(`no table holds subjects of kind ${kind}`);
  const kinds = [...tables].flatMap(([kind, table]): KindUse[] => {
    const use = uses.get(kind);
    return use === undefined ? [] : [{ kind, table, use }];
  });
  const units = batch.map(({ unit }) => unit);
  const entries = batch.flatMap((prepared, index) => prepared.entries.map((entry) => ({ ...entry, unit: index })));
  const subjectOfKey = (unit: Unit) => unit.changes?.[0];
  return {
    ...statementFor({
      kinds,
      hasKeys: units.some(({ key }) => key !== undefined),
      hasConsumed: units.some(({ consumed }) => consumed !== undefined),
    }),
    values: [
      units.map((_, index) => index),
      units.map(({ key }) => key?.client ?? null),
      units.map(({ key }) => key?.key ?? null),
      units.map(({ key }) => key?.fingerprint ?? null),
      units.map((unit) => (unit.key ? (subjectOfKey(unit)?.kind ?? null) : null)),
      units.map((unit) => (unit.key ? (subjectOfKey(unit)?.id ?? null) : null)),
      units.map((unit) => (unit.key ? (subjectOfKey(unit)?.expected ?? 0) + 1 : null)),
      units.map(({ consumed }) => consumed?.consumer ?? null),
      units.map(({ consumed }) => consumed?.subject ?? null),
      units.map(({ consumed }) => consumed?.sequence ?? null),
      writes.map(({ unit }) => unit),
      writes.map(({ kind }) => kind),
      writes.map(({ id }) => id),
      writes.map(({ expected }) => expected),
      guards.map(({ unit }) => unit),
      guards.map(({ kind }) => kind),
      guards.map(({ id }) => id),
      guards.map(({ version }) => version),
      JSON.stringify(entries),
      ...kinds
        .filter(({ use }) => use !== 'guard')
        .map(({ kind, table }) =>
          JSON.stringify(writes.filter((write) => write.kind === kind).map(({ row }) => rowAsJson(table, row))),
        ),
    ],
  };
}
