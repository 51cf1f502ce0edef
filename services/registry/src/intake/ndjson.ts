import { isColumn } from './header.ts';
import { type Cells, type RowComplaint, rowCharactersMax, type StagedRow } from './staged-row.ts';
import { unreadable } from './unreadable.ts';
import type { RowReader } from './upload.ts';

/**
 * Rows of newline-delimited JSON: an object a line, keyed by column; blank lines are no rows. A key that is absent says nothing;
 * null says that nothing is known. A line that is no such object is refused alone.
 */
export function ndjsonReader(): RowReader {
  let rest = '';
  let row = 0;
  const staged = (line: string): StagedRow[] => {
    if (line.trim() === '') return [];
    row += 1;
    if (line.length > rowCharactersMax) throw unreadable(`Row ${row} is longer than ${rowCharactersMax} characters.`);
    return [stagedRow(line)];
  };
  return {
    read(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      const rows = lines.flatMap(staged);
      if (rest.length > rowCharactersMax) staged(rest); // its end would only make it longer
      return rows;
    },
    end: () => staged(rest),
  };
}

function stagedRow(line: string): StagedRow {
  const value = parsed(line);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return whole('is not a JSON object', 'Write one JSON object on each line.');
  }
  const cells: Cells = {};
  for (const [key, cell] of Object.entries(value)) {
    if (!isColumn(key))
      return whole('has a key that is not a column', 'Use the column names of the documentation as keys.');
    if (!isCell(key, cell)) {
      const wanted = key === 'access_requirements' ? 'text, a list of text or null' : 'text or null';
      return {
        externalId: null,
        unreadable: { field: key, problem: `must be ${wanted}`, remedy: 'Put the value in double quotes.' },
      };
    }
    const said = typeof cell === 'string' ? cell.trim() : cell;
    if (said !== '') cells[key] = said;
  }
  return { cells };
}

const whole = (problem: string, remedy: string): { unreadable: RowComplaint; externalId: null } => ({
  externalId: null,
  unreadable: { field: 'row', problem, remedy },
});

const isCell = (key: string, cell: unknown): cell is string | string[] | null =>
  cell === null ||
  typeof cell === 'string' ||
  (key === 'access_requirements' && Array.isArray(cell) && cell.every((item) => typeof item === 'string'));

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
