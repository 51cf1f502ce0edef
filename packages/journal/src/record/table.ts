import { getTableColumns } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';

/** A column: the property that drizzle knows it by, its name in SQL and its type there. */
export interface Column {
  property: string;
  name: string;
  type: string;
}

/** What `record` must know of a table whose rows are subjects: they have an `id` and a `version`. */
export interface SubjectTable {
  name: string;
  columns: readonly Column[];
  properties: ReadonlySet<string>;
}

/** @throws when the table cannot be one of subjects: a programming error, found at boot. */
export function subjectTable(table: PgTable): SubjectTable {
  const { name } = getTableConfig(table);
  const columns = Object.entries(getTableColumns(table)).map(([property, column]) => {
    if (column.hasDefault && !column.notNull)
      throw new Error(`table ${name} cannot hold subjects: null of ${property} would become its default`);
    return { property, name: column.name, type: column.getSQLType() };
  });
  for (const needed of ['id', 'version'])
    if (!columns.some(({ property, name: column }) => property === needed && column === needed))
      throw new Error(`table ${name} is no subject: it has no ${needed}`);
  return { name, columns, properties: new Set(columns.map(({ property }) => property)) };
}

/** A row as JSON that `json_to_recordset` reads: column names, instants in ISO 8601, bytes in hex. What is not named is null. */
export function rowAsJson(columns: readonly Column[], row: Record<string, unknown>): Record<string, unknown> {
  const named: Record<string, unknown> = {};
  for (const { property, name } of columns) {
    const value = row[property] ?? null;
    if (value !== null) named[name] = value instanceof Buffer ? `\\x${value.toString('hex')}` : value;
  }
  return named;
}
