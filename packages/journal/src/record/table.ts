import { getTableColumns } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';

/** What `record` must know of a table whose rows are subjects: they have an `id` and a `version`. */
export interface SubjectTable {
  name: string;
  /** Column names, by the property that drizzle knows them by. */
  columnOf: Record<string, string>;
}

/** @throws when the table lacks `id` or `version`: a programming error, found at boot. */
export function subjectTable(table: PgTable): SubjectTable {
  const columnOf = Object.fromEntries(
    Object.entries(getTableColumns(table)).map(([property, column]) => [property, column.name]),
  );
  const { name } = getTableConfig(table);
  if (columnOf['id'] !== 'id' || columnOf['version'] !== 'version')
    throw new Error(`table ${name} is no subject: it has no id or no version`);
  return { name, columnOf };
}

/** A row as JSON that `jsonb_populate_recordset` reads: column names, instants in ISO 8601, bytes in hex. What is not named is null. */
export function rowAsJson(table: SubjectTable, row: Record<string, unknown>): Record<string, unknown> {
  const named: Record<string, unknown> = {};
  for (const [property, value] of Object.entries(row)) {
    const column = table.columnOf[property];
    if (column === undefined) throw new Error(`table ${table.name} has no ${property}`);
    if (value !== null) named[column] = value instanceof Buffer ? `\\x${value.toString('hex')}` : value;
  }
  return named;
}
