import { randomHex } from '../random-hex.ts';
import { statementName } from '../statement-name.ts';
import { uuidV7 } from '../uuid-v7.ts';
import { type BatchShape, recordStatement, type RecordStatement } from './statement.ts';
import { type Column, rowAsJson, type SubjectTable } from './table.ts';
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
  const drawn = () => ({ id: uuidV7(), nonce: `\\x${randomHex(16)}` });
  const entries = [
    ...(unit.changes ?? []).map(({ kind, id, expected, entry }) => ({
      ...entry,
      kind,
      subject: id,
      version: expected + 1,
      ...drawn(),
    })),
    ...(unit.observations ?? []).map((observation) => ({ ...observation, version: null, data: {}, ...drawn() })),
  ];
  return { unit, entries, entryIds: entries.map(({ id }) => id) };
}

interface RowWrite {
  kind: string;
  id: string;
  expected: number;
  row: Record<string, unknown>;
  /** The row that it comes after, where that is known. */
  before?: Record<string, unknown> | undefined;
}

const rowWrites = (unit: Unit): RowWrite[] => [
  ...(unit.changes ?? []).map(({ kind, id, expected, state, before }) => ({
    kind,
    id,
    expected,
    row: { ...state, id, version: expected + 1 },
    before,
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

export function claimsOf({ changes = [], projections = [], guards = [], key, consumed }: Unit): Claims {
  const writes = [...changes, ...projections];
  return {
    exclusive: [
      ...writes.map(({ kind, id }) => `subject ${kind} ${id}`),
      ...(key ? [`key ${key.client} ${key.key}`] : []),
      ...(consumed ? [`consumed ${consumed.consumer} ${consumed.kind} ${consumed.subject}`] : []),
    ],
    written: writes.map(({ kind }) => kind),
    guarded: guards.map(({ kind }) => kind),
  };
}

/** Statements for columns of their own, of a recorder; what comes after them names all columns, so that their number has an end. */
const ownColumnsMax = 64;

/** The statements of a recorder, each made once: by what a batch has in it. */
export function recordStatements(): (shape: BatchShape) => RecordStatement & { name: string } & BatchShape {
  const known = new Map<string, RecordStatement & { name: string } & BatchShape>();
  const made = (shape: BatchShape, id: string) => {
    const statement = recordStatement(shape);
    const named = { ...shape, ...statement, name: statementName('record', statement.text) };
    known.set(id, named);
    return named;
  };
  return (asked) => {
    const id = idOf(asked);
    const own = known.get(id);
    if (own !== undefined || known.size < ownColumnsMax) return own ?? made(asked, id);
    const shape = withAllColumns(asked);
    const idOfAll = idOf(shape);
    return known.get(idOfAll) ?? made(shape, idOfAll);
  };
}

const idOf = ({ kinds, hasKeys, hasConsumed }: BatchShape): string =>
  JSON.stringify([
    hasKeys,
    hasConsumed,
    ...kinds.map(({ kind, make, move, isGuard }) => [kind, namesOf(make), namesOf(move), isGuard]),
  ]);
const namesOf = (columns: readonly Column[] | null): string[] | null => columns?.map(({ name }) => name) ?? null;

const withAllColumns = ({ kinds, ...shape }: BatchShape): BatchShape => ({
  ...shape,
  kinds: kinds.map(({ make, move, ...use }) => ({
    ...use,
    make: make && use.table.columns,
    move: move && use.table.columns.filter(({ name }) => name !== 'id'),
  })),
});

/** The query of a batch: its statement and its parameters. */
export function batchQuery(
  tables: SubjectTables,
  statementFor: ReturnType<typeof recordStatements>,
  batch: readonly Prepared[],
): { name: string; text: string; values: unknown[] } {
  const units = batch.map(({ unit }) => unit);
  const writes = units.flatMap((unit, index) => rowWrites(unit).map((write) => ({ ...write, unit: index })));
  const [made, moved] = [
    writes.filter(({ expected }) => expected === 0),
    writes.filter(({ expected }) => expected > 0),
  ];
  const guards = units.flatMap((unit, index) => (unit.guards ?? []).map((guard) => ({ ...guard, unit: index })));
  const touched = new Set([...writes, ...guards].map(({ kind }) => kind));
  for (const kind of touched) if (!tables.has(kind)) throw new Error(`no table holds subjects of kind ${kind}`);
  const statement = statementFor({
    kinds: [...tables]
      .filter(([kind]) => touched.has(kind))
      .map(([kind, table]) => ({
        kind,
        table,
        make: columnsOf(table, ofKind(made, kind)),
        move: columnsOf(table, ofKind(moved, kind)),
        isGuard: guards.some((guard) => guard.kind === kind),
      })),
    hasKeys: units.some(({ key }) => key !== undefined),
    hasConsumed: units.some(({ consumed }) => consumed !== undefined),
  });
  const footings = [...moved.map(({ expected, ...write }) => ({ ...write, version: expected })), ...guards];
  const subjectOfKey = ({ key, changes }: Unit) => (key ? changes?.[0] : undefined);
  const values: Record<string, () => unknown> = {
    'u.unit': () => units.map((_, index) => index),
    'u.client': () => units.map(({ key }) => key?.client ?? null),
    'u.key': () => units.map(({ key }) => key?.key ?? null),
    'u.fingerprint': () => units.map(({ key }) => key?.fingerprint ?? null),
    'u.key_kind': () => units.map((unit) => subjectOfKey(unit)?.kind ?? null),
    'u.key_subject': () => units.map((unit) => subjectOfKey(unit)?.id ?? null),
    'u.key_version': () => units.map((unit) => (unit.key ? (subjectOfKey(unit)?.expected ?? 0) + 1 : null)),
    'u.consumer': () => units.map(({ consumed }) => consumed?.consumer ?? null),
    'u.consumed_kind': () => units.map(({ consumed }) => consumed?.kind ?? null),
    'u.consumed_subject': () => units.map(({ consumed }) => consumed?.subject ?? null),
    'u.sequence': () => units.map(({ consumed }) => consumed?.sequence ?? null),
    'f.unit': () => footings.map(({ unit }) => unit),
    'f.kind': () => footings.map(({ kind }) => kind),
    'f.subject': () => footings.map(({ id }) => id),
    'f.version': () => footings.map(({ version }) => version),
    entries: () =>
      JSON.stringify(batch.flatMap(({ entries }, index) => entries.map((entry) => ({ ...entry, unit: index })))),
  };
  for (const { kind, make, move } of statement.kinds) {
    values[`made ${kind}`] = () => rowsAsJson(make ?? [], ofKind(made, kind));
    values[`moved ${kind}`] = () => rowsAsJson(move ?? [], ofKind(moved, kind));
  }
  const { name, text, parameters } = statement;
  return { name, text, values: parameters.map((parameter) => values[parameter]!()) };
}

const ofKind = <Write extends RowWrite>(writes: readonly Write[], kind: string): Write[] =>
  writes.filter((write) => write.kind === kind);

/** The columns that rows must be given: of new ones those that are not null in all, of others those that differ from before; null: there are no rows. */
function columnsOf(table: SubjectTable, writes: readonly RowWrite[]): readonly Column[] | null {
  if (writes.length === 0) return null;
  for (const { row } of writes)
    for (const property in row)
      if (!table.properties.has(property)) throw new Error(`table ${table.name} has no ${property}`);
  return table.columns.filter(({ property }) => writes.some((write) => isGiven(write, property)));
}

function isGiven({ expected, row, before }: RowWrite, property: string): boolean {
  if (expected === 0) return (row[property] ?? null) !== null;
  return property !== 'id' && (before === undefined || row[property] !== before[property]);
}

const rowsAsJson = (columns: readonly Column[], writes: readonly (RowWrite & { unit: number })[]): string =>
  JSON.stringify(writes.map(({ unit, id, row }) => Object.assign(rowAsJson(columns, row), { id, '.unit': unit })));
