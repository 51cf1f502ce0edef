import { getTableColumns } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';

/** The columns of a table, all or some, by the names of its rows, of types that the driver reads as the rows have them. */
export const columnsOf = (
  table: PgTable,
  { only, without = [] }: { only?: readonly string[]; without?: readonly string[] } = {},
): string =>
  Object.entries(getTableColumns(table))
    .filter(([property]) => (only?.includes(property) ?? true) && !without.includes(property))
    .map(([property, column]) => `"${column.name}"${readAs[column.getSQLType()] ?? ''} as "${property}"`)
    .join(', ');

/** 64-bit numbers would come as text, days as midnights of some time zone. */
const readAs: Readonly<Record<string, string>> = { bigint: '::float8', date: '::text' };
