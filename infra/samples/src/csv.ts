import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';

/** The folder of the sample files, absolute. */
export const samplesFolder = resolve(import.meta.dirname, '..');

/** One line of a CSV file by its column names; an empty field is ''. */
export type CsvRow = Readonly<Record<string, string>>;

/** The rows of a sample file. Throws where a row has more or fewer fields than the header. */
export function readSample(file: string): CsvRow[] {
  return parse<Record<string, string>>(readFileSync(join(samplesFolder, file)), { columns: true });
}

/** A field that must be there. */
export function field(row: CsvRow, column: string): string {
  const value = row[column];
  if (value === undefined) throw new Error(`no column ${column}`);
  return value;
}

/** CSV by RFC 4180, except that lines end in LF. */
export function formatCsv(columns: readonly string[], rows: readonly CsvRow[]): string {
  const line = (values: readonly string[]) => `${values.map(quoteWhereNeeded).join()}\n`;
  return line(columns) + rows.map((row) => line(columns.map((column) => row[column] ?? ''))).join('');
}

function quoteWhereNeeded(value: string): string {
  return /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
