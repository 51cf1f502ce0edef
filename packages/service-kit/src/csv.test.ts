import { csvByGrammar, hostileCsv, isBlankCsv } from '@rohnamo/testkit';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvLimits, csvReader, type CsvRow, UnreadableCsv } from './csv.ts';

const wide: CsvLimits = { rowCharactersMax: 10_000, cellCharactersMax: 5000, cellsMax: 100 };

interface Reading {
  rows: CsvRow[];
  /** The row from which on nothing can be read. */
  unreadable: UnreadableCsv | null;
}

function read(text: string, { limits = wide, cut = Infinity }: { limits?: CsvLimits; cut?: number } = {}): Reading {
  const reader = csvReader(limits);
  const rows: CsvRow[] = [];
  try {
    for (let at = 0; at < text.length; at += cut) rows.push(...reader.read(text.slice(at, at + cut)));
    rows.push(...reader.end());
    return { rows, unreadable: null };
  } catch (error) {
    if (!(error instanceof UnreadableCsv)) throw error;
    return { rows, unreadable: error };
  }
}

describe('comma-separated text', () => {
  it('is read as the grammar of RFC 4180 says, or what is not of it is refused by the number of its row', () => {
    fc.assert(
      fc.property(hostileCsv, (tail) => {
        const text = `h,h\n${tail}`;
        const { rows, unreadable } = read(text, { cut: 1 });
        const grammar = csvByGrammar(text);
        const readable = unreadable === null ? grammar : new Map([...grammar].filter(([row]) => row < unreadable.row));
        expect(new Map(rows.map((row) => [row.row, 'cells' in row ? row.cells : null]))).toEqual(readable);
        if (unreadable !== null) expect(grammar.get(unreadable.row)).toBe(null);
      }),
      { numRuns: 3000 },
    );
  });

  it('is read as another strict reader reads it; what that refuses is refused here', () => {
    fc.assert(
      fc.property(hostileCsv, (tail) => {
        const text = `h,h\r\n${tail.replaceAll(/[\r\0]/g, '').replaceAll('\n', '\r\n')}`;
        let records: string[][] | null = null;
        try {
          records = parse(text, { relax_column_count: true, record_delimiter: '\r\n' });
        } catch {
          // it is not of the grammar
        }
        const { rows, unreadable } = read(text);
        const isWhole = unreadable === null && rows.every((row) => 'cells' in row);
        expect(isWhole).toBe(records !== null);
        if (records !== null)
          expect(rows).toEqual(
            records.flatMap((cells, index) => (isBlankCsv(cells) ? [] : [{ row: index + 1, cells }])),
          );
      }),
      { numRuns: 2000 },
    );
  });

  it('gives back every cell as it was written, whatever is in it and wherever the text is cut', () => {
    const anything = fc.oneof(hostileCsv, fc.string({ unit: 'binary', maxLength: 20 }));
    const table = fc.array(fc.array(anything, { minLength: 2, maxLength: 4 }), { maxLength: 6 });
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 30 }), fc.constantFrom('\n', '\r\n', '\r'), (given, cut, end) => {
        const lines = given.map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(','));
        const { rows } = read(['h,h', ...lines].map((line) => line + end).join(''), { cut });
        expect(rows.slice(1)).toEqual(
          given.flatMap((cells, index) => (isBlankCsv(cells) ? [] : [{ row: index + 2, cells }])),
        );
      }),
    );
  });

  it('is the same wherever it is cut', () => {
    fc.assert(
      fc.property(hostileCsv, fc.integer({ min: 1, max: 10 }), (text, cut) => {
        const [whole, inBits] = [read(text), read(text, { cut })];
        expect(inBits.unreadable).toEqual(whole.unreadable);
        if (whole.unreadable === null) expect(inBits.rows).toEqual(whole.rows);
      }),
    );
  });

  it('counts rows as a spreadsheet does: blank ones count, a quoted line break does not', () => {
    expect(read('h,h\n\n1,"a\n\nb"\n,\n2,c').rows).toEqual([
      { row: 1, cells: ['h', 'h'] },
      { row: 3, cells: ['1', 'a\n\nb'] },
      { row: 5, cells: ['2', 'c'] },
    ]);
  });

  it.each<[string, string, CsvRow[]]>([
    ['a quote inside of a cell', '1,the "tall" one\n2,b', [{ row: 1, fault: 'quote', cellCount: 2 }]],
    ['a blank before a quote', ' "a,b",c\n2,b', [{ row: 1, fault: 'quote', cellCount: 3 }]],
    ['a blank behind a quote', '"a" ,c\n2,b', [{ row: 1, fault: 'quote', cellCount: 2 }]],
    ['a lone CR where lines end in LF', 'h,h\n1,a\rb\n2,b', [{ row: 2, fault: 'line-break', cellCount: 2 }]],
    ['a LF where lines end in CR', 'h,h\r1,a\nb\r2,b', [{ row: 2, fault: 'line-break', cellCount: 2 }]],
    ['a cell without end', `${'x'.repeat(5001)},b\n2,b`, [{ row: 1, fault: 'cell-too-long', cellCount: 2 }]],
    ['cells without end', `${','.repeat(200)}b\n2,b`, [{ row: 1, fault: 'too-many-cells', cellCount: 201 }]],
  ])('refuses a row alone for %s', (_what, text, faults) => {
    const { rows, unreadable } = read(text);
    expect(rows.filter((row) => 'fault' in row)).toEqual(faults);
    expect(rows.at(-1)).toMatchObject({ cells: ['2', 'b'] });
    expect(unreadable).toBe(null);
  });

  it.each<[string, string, UnreadableCsv['reason'], number]>([
    ['never closed', 'h,h\n1,"a\n2,b', 'quote-not-closed', 2],
    ['inside of a cell, and alone', 'h,h\n1,5" pipe\n2,b"', 'quotes-do-not-pair', 2],
    ['closed by the one that opens the next', 'h,h\n1,"a\n2,"b"\n3,c', 'quotes-do-not-pair', 2],
  ])('refuses the file for a quote that is %s: it might swallow rows', (_what, text, reason, row) => {
    expect(read(text).unreadable).toMatchObject({ reason, row });
  });

  it('keeps no more of a row than a row may be, however much comes', () => {
    const limits = { rowCharactersMax: 100, cellCharactersMax: 50, cellsMax: 5 };
    for (const [text, reason] of [
      [',', 'row-too-long'],
      ['x', 'row-too-long'],
      ['"', 'row-too-long'],
      ['"x', 'quote-not-closed'],
    ] as const) {
      const reader = csvReader(limits);
      const endless = text === '"x' ? `"${'x'.repeat(200)}` : text.repeat(200);
      expect(() => reader.read(endless)).toThrow(expect.objectContaining({ reason }) as Error);
    }
  });
});
