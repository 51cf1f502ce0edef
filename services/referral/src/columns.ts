import { getTableColumns } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';

/** All columns of a table by the names of its rows, of types that the driver reads as the rows have them. */
export const columnsOf = (table: PgTable): string =>
  Object.entries(getTableColumns(table))
    .map(([property, column]) => `"${column.name}"${readAs[column.getSQLType()] ?? ''} as "${property}"`)
    .join(', ');

/** 64-bit numbers would come as text, days as midnights of some time zone. */
const readAs: Readonly<Record<string, string>> = { bigint: '::float8', date: '::text' };
