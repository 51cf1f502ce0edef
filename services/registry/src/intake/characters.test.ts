import { complaintAboutText, intakeColumns, name } from '@rohnamo/contracts';
import { takeTexts } from '@rohnamo/service-kit';
import { tellingCharacters } from '@rohnamo/testkit';
import { expect, it } from 'vitest';
import { csvReader } from './csv.ts';
import { ndjsonReader } from './ndjson.ts';
import { readRow } from './read-row.ts';
import type { StagedRow } from './staged-row.ts';
import type { RowReader } from './upload.ts';

const reading = { sourceSystem: 'office', phoneRegion: 'TJ' as const, today: '2026-11-24' };
const rowsOf = (reader: RowReader, file: string): StagedRow[] => [...reader.read(file), ...reader.end()];
const isTakenRow = ([row]: StagedRow[]): boolean => row !== undefined && 'details' in readRow(row, reading);

const byCsv = (given: string) =>
  isTakenRow(rowsOf(csvReader(), `external_id,given_name,family_name\n1,"${given.replaceAll('"', '""')}",B\n`));
const byNdjson = (given: string) =>
  isTakenRow(rowsOf(ndjsonReader(), `${JSON.stringify({ external_id: '1', given_name: given, family_name: 'B' })}\n`));
const byBody = (given: string) =>
  takeTexts({ givenName: given }, 'body').length === 0 && name(100).safeParse(given).success;
const byQuery = (given: string) =>
  takeTexts({ name: given }, 'query').length === 0 && name(100).safeParse(given).success;

it('a character passes in a cell of a file where it passes in a body and in a query, in a name and beside it', () => {
  const ways = [byBody, byQuery, byCsv, byNdjson];
  const wrong: [string, boolean[]][] = [];
  for (const character of tellingCharacters()) {
    for (const given of [`A${character}b`, `Ab${character}`, `${character}Ab`]) {
      const taken = ways.map((way) => way(given));
      if (new Set(taken).size > 1) wrong.push([JSON.stringify(given), taken]);
    }
    if (byBody(`A${character}`) && complaintAboutText(character) !== null) wrong.push([character, []]);
  }
  expect(wrong).toEqual([]);
});

it('a row is as long as its characters are many, whatever bytes they take', () => {
  const columns = intakeColumns.slice(0, 11);
  const cells = columns.map(() => 'ҷ'.repeat(3640)); // 40 040 letters, 80 080 bytes
  const ndjson = JSON.stringify(Object.fromEntries(columns.map((column, index) => [column, cells[index]])));
  const rows = [
    ...rowsOf(csvReader(), `${columns.join(',')}\n${cells.join(',')}\n`),
    ...rowsOf(ndjsonReader(), `${ndjson}\n`),
  ];
  expect(rows.map((row) => 'cells' in row && Object.keys(row.cells).length)).toEqual([11, 11]);
});
