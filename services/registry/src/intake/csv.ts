import { trimmed } from '@rohnamo/contracts';
import { type CsvRow, csvReader as createReader, UnreadableCsv } from '@rohnamo/service-kit';
import { readHeader } from './header.ts';
import { type Cells, type IntakeColumn, type RowComplaint, rowLimits, type StagedRow } from './staged-row.ts';
import { unreadable } from './unreadable.ts';
import type { RowReader } from './upload.ts';

/**
 * Rows of comma-separated text (RFC 4180, read strictly; rows of empty cells are no rows). Cells are text and nothing else: a
 * formula is the text that it is written as. An empty cell says nothing. A row that could be read in two ways is refused alone.
 */
export function csvReader(): RowReader {
  const reader = createReader(rowLimits);
  let header: IntakeColumn[] | null = null;

  const staged = (read: () => CsvRow[]): StagedRow[] => {
    const into: StagedRow[] = [];
    for (const row of rowsOf(read)) {
      if (header !== null) into.push(stagedRow(header, row));
      else if ('fault' in row) throw unreadable(`Row ${row.row}, the header, ${complaintAbout(row, null).problem}.`);
      else header = readHeader(row.cells);
    }
    return into;
  };

  return {
    read: (text) => staged(() => reader.read(text)),
    end() {
      const last = staged(() => reader.end());
      if (header === null) readHeader([]);
      return last;
    },
  };
}

function rowsOf(read: () => CsvRow[]): CsvRow[] {
  try {
    return read();
  } catch (error) {
    throw error instanceof UnreadableCsv ? unreadable(reasonOf(error)) : error;
  }
}

function stagedRow(header: readonly IntakeColumn[], row: CsvRow): StagedRow {
  if ('fault' in row || row.cells.length !== header.length)
    // In a row that has slipped, any cell may be a name: there is no external id to tell it by.
    return { row: row.row, externalId: null, unreadable: complaintAbout(row, header) };
  const cells: Cells = {};
  header.forEach((column, index) => {
    const text = trimmed(row.cells[index] ?? '');
    if (text !== '') cells[column] = text;
  });
  return { row: row.row, cells };
}

/** What is wrong with a row that cannot be read, or has another width than the header. */
function complaintAbout(row: CsvRow, header: readonly IntakeColumn[] | null): RowComplaint {
  const field = 'row';
  if (!('fault' in row) || (row.fault === 'too-many-cells' && header !== null)) {
    const count = 'fault' in row ? row.cellCount : row.cells.length;
    return {
      field,
      problem: `has ${count} cells where the header has ${header?.length ?? 0}`,
      remedy: 'Give every row as many cells as the header; put cells that hold a comma in double quotes.',
    };
  }
  switch (row.fault) {
    case 'quote':
      return {
        field,
        problem: 'has a double quote where none may stand: inside of a cell, or with a blank between it and the comma',
        remedy: 'Put the whole cell in double quotes, and write a double quote that is part of it twice.',
      };
    case 'line-break':
      return {
        field,
        problem: 'has a line break of another kind than the first row',
        remedy: 'Put a cell that holds a line break in double quotes; end all rows in the same way.',
      };
    case 'cell-too-long':
      return {
        field,
        problem: `has a cell of more than ${rowLimits.cellCharactersMax} characters`,
        remedy: 'Shorten it.',
      };
    case 'too-many-cells':
      return { field, problem: `has more than ${rowLimits.cellsMax} cells`, remedy: 'Leave out what is no column.' };
  }
}

function reasonOf({ row, reason }: UnreadableCsv): string {
  switch (reason) {
    case 'row-too-long':
      return `Row ${row} is longer than ${rowLimits.rowCharactersMax} characters.`;
    case 'quote-not-closed':
      return `A double quote is opened in row ${row} and never closed.`;
    case 'quotes-do-not-pair':
      return `The double quotes of row ${row} do not pair, so that nobody can tell where it ends: put each cell that holds a double quote in double quotes, and write the one that is part of it twice.`;
  }
}
