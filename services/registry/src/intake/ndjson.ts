import { trimmed } from '@rohnamo/contracts';
import { repeatsName } from '@rohnamo/service-kit';
import { isColumn } from './header.ts';
import { type Cells, type RowComplaint, rowLimits, type StagedRow } from './staged-row.ts';
import { unreadable } from './unreadable.ts';
import type { RowReader } from './upload.ts';

const { rowCharactersMax, cellCharactersMax } = rowLimits;
const listItemsMax = 100;

/**
 * Rows of newline-delimited JSON: an object a line, keyed by column; blank lines and objects of empty texts alone are no rows. A key
 * that is absent says nothing; null says that nothing is known. A line that is no such object is refused alone.
 */
export function ndjsonReader(): RowReader {
  let rest = '';
  let row = 0;
  const staged = (line: string): StagedRow[] => {
    row += 1;
    if (line.length > rowCharactersMax) throw unreadable(`Line ${row} is longer than ${rowCharactersMax} characters.`);
    if (line.trim() === '') return [];
    const read = readLine(line);
    return read === null ? [] : [{ row, ...read }];
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

/** What a line says; null for an object of which every text is empty, as a spreadsheet's blank row becomes. */
function readLine(line: string): StagedRow | null {
  const value = parsed(line);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return whole('is not a JSON object', 'Write one JSON object on each line.');
  }
  if (repeatsName(line)) return whole('names a column twice', 'Name each column once.');
  const cells: Cells = {};
  const given = Object.entries(value);
  for (const [key, cell] of given) {
    if (!isColumn(key))
      return whole('has a key that is not a column', 'Use the column names of the documentation as keys.');
    if (!isCell(key, cell)) {
      const wanted = key === 'access_requirements' ? 'text, a list of text or null' : 'text or null';
      return refusedAt(key, `must be ${wanted}`, 'Put the value in double quotes.');
    }
    if (isTooLong(cell))
      return refusedAt(key, `is longer than ${cellCharactersMax} characters or ${listItemsMax} items`, 'Shorten it.');
    const said = typeof cell === 'string' ? trimmed(cell) : cell;
    if (said !== '') cells[key] = said;
  }
  return given.length > 0 && Object.keys(cells).length === 0 ? null : { cells };
}

const refusedAt = (field: string, problem: string, remedy: string): StagedRow => ({
  externalId: null,
  unreadable: { field, problem, remedy } satisfies RowComplaint,
});
const whole = (problem: string, remedy: string): StagedRow => refusedAt('row', problem, remedy);

const isCell = (key: string, cell: unknown): cell is string | string[] | null =>
  cell === null ||
  typeof cell === 'string' ||
  (key === 'access_requirements' && Array.isArray(cell) && cell.every((item) => typeof item === 'string'));

const isTooLong = (cell: string | string[] | null): boolean =>
  cell !== null &&
  (typeof cell === 'string'
    ? cell.length > cellCharactersMax
    : cell.length > listItemsMax || cell.some((item) => item.length > cellCharactersMax));

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
