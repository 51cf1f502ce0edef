import { CsvError, parse } from 'csv-parse';
import { readHeader } from './header.ts';
import { type Cells, type IntakeColumn, rowCharactersMax, type StagedRow } from './staged-row.ts';
import { unreadable } from './unreadable.ts';
import type { RowReader } from './upload.ts';

/**
 * Rows of comma-separated text (RFC 4180; line ends of any system; blank lines are no rows). Cells are text and nothing else: a
 * formula is the text that it is written as. An empty cell says nothing. A row of another width than the header is refused alone.
 */
export function csvReader(): RowReader {
  const parser = parse({
    delimiter: ',',
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: rowCharactersMax,
  });
  parser.on('error', () => undefined); // the write that fails is told, too
  let header: IntakeColumn[] | null = null;
  let rows = 0;

  const take = (into: StagedRow[]): void => {
    for (let record = next(); record !== null; record = next()) {
      if (header === null) header = readHeader(record);
      else {
        rows += 1;
        into.push(stagedRow(header, record));
      }
    }
  };
  const next = () => parser.read() as string[] | null; // a record is a list of cells: no option makes it anything else

  const fed = async (feed: (done: (error?: Error | null) => void) => void): Promise<StagedRow[]> => {
    const read: StagedRow[] = [];
    const feeding = new Promise<void>((resolve, reject) => {
      feed((error) => (error ? reject(error) : resolve()));
    });
    // The parser parses while it is fed, but is not done before somebody has taken what it made.
    take(read);
    try {
      await feeding;
    } catch (error) {
      throw error instanceof CsvError ? unreadable(reasonOf(error, rows + 1)) : error;
    }
    take(read);
    return read;
  };

  return {
    read: (text) => fed((done) => parser.write(text, done)),
    async end() {
      const last = await fed((done) => parser.end(done));
      if (header === null) readHeader([]);
      return last;
    },
  };
}

function stagedRow(header: readonly IntakeColumn[], record: readonly string[]): StagedRow {
  if (record.length !== header.length) {
    return {
      externalId: null, // in a row that has slipped, any cell may be a name
      unreadable: {
        field: 'row',
        problem: `has ${record.length} cells where the header has ${header.length}`,
        remedy: 'Give every row as many cells as the header; put cells that hold a comma in double quotes.',
      },
    };
  }
  const cells: Cells = {};
  header.forEach((column, index) => {
    const text = record[index]?.trim() ?? '';
    if (text !== '') cells[column] = text;
  });
  return { cells };
}

function reasonOf({ code }: CsvError, row: number): string {
  switch (code) {
    case 'CSV_MAX_RECORD_SIZE':
      return `Row ${row} is longer than ${rowCharactersMax} characters: look for a double quote that is opened and not closed there.`;
    case 'CSV_QUOTE_NOT_CLOSED':
      return `A double quote is opened in row ${row} and never closed.`;
    default:
      return `Row ${row} cannot be read as comma-separated text.`;
  }
}
