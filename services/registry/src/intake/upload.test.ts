import fc from 'fast-check';
import { Readable } from 'node:stream';
import { Refused } from '@rohnamo/service-kit';
import { describe, expect, it } from 'vitest';
import { rowLimits, type StagedRow, unreadableRowsMax } from './staged-row.ts';
import { type IntakeFormat, readUpload } from './upload.ts';

async function read(
  content: string | Buffer,
  {
    format = 'text/csv',
    bytesMax = 1024 ** 2,
    cut = Infinity,
  }: { format?: IntakeFormat; bytesMax?: number; cut?: number } = {},
) {
  const bytes = Buffer.from(content as string);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += cut) chunks.push(bytes.subarray(at, Math.min(bytes.length, at + cut)));
  const rows: StagedRow[] = [];
  const body = Readable.from(chunks, { objectMode: false });
  const { rows: count } = await readUpload({
    body,
    format,
    bytesMax,
    stage: (lot, firstRow) => {
      expect(firstRow).toBe(rows.length + 1);
      rows.push(...lot);
      return Promise.resolve();
    },
  });
  expect(count).toBe(rows.length);
  return rows;
}
const refusalOf = async (reading: Promise<unknown>): Promise<Refused> => {
  const error = await reading.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(error instanceof Refused)) throw new Error('it was not refused', { cause: error });
  return error;
};

const header = 'external_id,given_name,family_name';
const ndjson = { format: 'application/x-ndjson' as const };

describe('comma-separated rows', () => {
  it('are the same wherever the bytes are cut, whatever the cells hold', async () => {
    const cell = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 20 })
      .map((text) => text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, ''))
      .filter((text) => text !== '');
    const row = fc.tuple(cell, cell, cell);
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 5 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('\n', '\r\n'),
        async (rows, cut, end) => {
          const quoted = rows.map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(','));
          const staged = await read([header, ...quoted].map((line) => line + end).join(''), { cut });
          expect(staged).toEqual(
            rows.map(([external_id, given_name, family_name], index) => ({
              row: index + 2,
              cells: { external_id, given_name, family_name },
            })),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('may begin with a byte order mark, end without a line end, and have blank lines between', async () => {
    expect(await read(`\uFEFF${header}\r\n\r\n1,A,B\r\n\r\n2,C,D`)).toHaveLength(2);
  });

  it('hold formulas and quotes as the text that they are', async () => {
    expect(await read(`${header}\n=1+1,"the ""tall"" one",@SUM(A1)\n`)).toEqual([
      { row: 2, cells: { external_id: '=1+1', given_name: 'the "tall" one', family_name: '@SUM(A1)' } },
    ]);
  });

  it.each([
    ['a quote inside of a cell', '1,the "tall" one,B'],
    ['a blank before a quote', '1, "A, B",C'],
    ['a blank behind a quote', '1,"A" ,B'],
    ['a line break of another kind', '1,A\rA,B'],
    ['a cell without end', `1,${'A'.repeat(rowLimits.cellCharactersMax + 1)},B`],
    ['cells without end', `1,A,B${','.repeat(rowLimits.cellsMax)}`],
  ])('with %s are refused alone, by their number', async (_what, line) => {
    const [first, second, ...others] = await read(`${header}\n${line}\n2,C,D\n`);
    expect(first).toMatchObject({ row: 2, externalId: null, unreadable: { field: 'row' } });
    expect(second).toEqual({ row: 3, cells: { external_id: '2', given_name: 'C', family_name: 'D' } });
    expect(others).toEqual([]);
  });

  it('of empty cells are no rows, and count in the numbers of the others', async () => {
    expect(await read(`\n${header}\n,,\n" ",,\n\n1,"A\nA",B\n,,,,,\n2,C,D`)).toEqual([
      { row: 6, cells: { external_id: '1', given_name: 'A\nA', family_name: 'B' } },
      { row: 8, cells: { external_id: '2', given_name: 'C', family_name: 'D' } },
    ]);
  });

  it('are refused as a whole where too many of them cannot be read', async () => {
    const lines = '1;A;B\n'.repeat(unreadableRowsMax + 1);
    expect((await refusalOf(read(`${header}\n${lines}`))).detail).toContain('rows cannot be read');
  });

  it('say nothing in an empty cell', async () => {
    expect(await read(`${header},phone\n1,A,B, \n`)).toEqual([
      { row: 2, cells: { external_id: '1', given_name: 'A', family_name: 'B' } },
    ]);
  });

  it('of another width than the header are refused alone, without a word of what is in them', async () => {
    const [first, second, third] = await read(`${header}\n1,A\n2,A,B,C\n3,A,B\n`);
    expect(first).toMatchObject({
      externalId: null,
      unreadable: { field: 'row', problem: 'has 2 cells where the header has 3' },
    });
    expect(second).toMatchObject({
      externalId: null,
      unreadable: { field: 'row', problem: 'has 4 cells where the header has 3' },
    });
    expect(third).toHaveProperty('cells');
  });

  it('need the columns named, in any order and case, each once', async () => {
    expect(await read('Family_Name, given_name ,EXTERNAL_ID\nB,A,1\n')).toEqual([
      { row: 2, cells: { external_id: '1', given_name: 'A', family_name: 'B' } },
    ]);
    expect((await refusalOf(read('external_id,given_name\n1,A\n'))).errors).toEqual([
      { pointer: '#/header', detail: 'the column family_name is missing' },
    ]);
    expect((await refusalOf(read(`${header},given_name\n`))).errors).toEqual([
      { pointer: '#/header/3', detail: 'column 4 names given_name again' },
    ]);
  });

  it('without a header are refused without saying what stands in its place', async () => {
    const refusal = await refusalOf(read('1042,Firuza,Nazarova\n1043,A,B\n'));
    expect(refusal.code).toBe('invalid-field');
    expect(JSON.stringify(refusal.errors)).not.toMatch(/1042|firuza|nazarova/i);
  });

  it('are refused as a whole when there is nothing at all, or when they are parted otherwise', async () => {
    expect((await refusalOf(read(''))).code).toBe('invalid-field');
    expect((await refusalOf(read('external_id;given_name;family_name\n1;A;B\n'))).code).toBe('invalid-field');
  });

  it('are refused as a whole when a quote is never closed', async () => {
    expect(await refusalOf(read(`${header}\n1,A,B\n2,"A,B\n3,A,B\n`))).toMatchObject({
      code: 'malformed-request',
      detail: 'A double quote is opened in row 3 and never closed.',
    });
    expect((await refusalOf(read(`${header}\n1,"${'A'.repeat(rowLimits.rowCharactersMax + 1)}`))).detail).toContain(
      'A double quote is opened in row 2 and never closed',
    );
    expect((await refusalOf(read(`${header}\n1,5" pipe,B\n`))).detail).toContain(
      'The double quotes of row 2 do not pair',
    );
    expect((await refusalOf(read(','.repeat(1024 ** 2), { bytesMax: 2 * 1024 ** 2 }))).detail).toContain(
      'Row 1 is longer than',
    );
  });
});

describe('newline-delimited rows', () => {
  it('are the same wherever the bytes are cut', async () => {
    const rows = fc.array(
      fc.record({ external_id: fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => `x${text}x`) }),
      { maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 20 }), async (cells, cut) => {
        expect(await read(cells.map((row) => JSON.stringify(row)).join('\n'), { ...ndjson, cut })).toEqual(
          cells.map((row, index) => ({ row: index + 1, cells: row })),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('tell what is not known from what they do not speak of', async () => {
    expect(await read('{"external_id":"1","phone":null,"village":"","access_requirements":["sight"]}', ndjson)).toEqual(
      [{ row: 1, cells: { external_id: '1', phone: null, access_requirements: ['sight'] } }],
    );
  });

  it.each([
    ['[1]', 'row'],
    ['"text"', 'row'],
    ['{"external_id":', 'row'],
    ['{"external_id":"1","Firuza":"x"}', 'row'],
    ['{"external_id":"1","__proto__":"x"}', 'row'],
    ['{"external_id":"1","external_id":"2"}', 'row'],
    [`{"village":"${'x'.repeat(rowLimits.cellCharactersMax + 1)}"}`, 'village'],
    ['{"external_id":1}', 'external_id'],
    ['{"sex":{"a":1}}', 'sex'],
    ['{"access_requirements":[1]}', 'access_requirements'],
    ['['.repeat(60_000), 'row'],
  ])('that are %.40s are refused alone', async (line, field) => {
    const [refused, next] = await read(`${line}\n{"external_id":"2"}\n`, ndjson);
    expect(refused).toMatchObject({ externalId: null, unreadable: { field } });
    expect(JSON.stringify(refused)).not.toContain('Firuza');
    expect(next).toHaveProperty('cells');
  });

  it('may be none', async () => expect(await read('\n \n', ndjson)).toEqual([]));

  it('of empty texts are no rows, and count in the numbers of the others', async () => {
    expect(await read('\n{"external_id":"","village":" "}\n{"external_id":"1"}\n{}\n', ndjson)).toEqual([
      { row: 3, cells: { external_id: '1' } },
      { row: 4, cells: {} },
    ]);
  });

  it('are refused as a whole when a line has no end', async () => {
    expect(
      (await refusalOf(read(' '.repeat(10) + 'x'.repeat(rowLimits.rowCharactersMax + 1), ndjson))).detail,
    ).toContain('Line 1 is longer than');
  });
});

describe('an upload', () => {
  it('that is not UTF-8 is refused and not guessed at', async () => {
    const windows1251 = Buffer.concat([
      Buffer.from(`${header}\n1,`),
      Buffer.from([0xd4, 0xe8, 0xf0]),
      Buffer.from(',B\n'),
    ]);
    const refusal = await refusalOf(read(windows1251));
    expect(refusal).toMatchObject({ code: 'malformed-request' });
    expect(refusal.detail).toContain('not UTF-8');
    expect(
      (await refusalOf(read(Buffer.concat([Buffer.from(`${header}\n1,A,`), Buffer.from([0xd0])])))).detail,
    ).toContain('not UTF-8');
  });

  it('that is larger than allowed is refused as soon as that is seen', async () => {
    expect((await refusalOf(read(`${header}\n${'1,A,B\n'.repeat(1000)}`, { bytesMax: 2000, cut: 500 }))).code).toBe(
      'payload-too-large',
    );
  });

  it('leaves the body alone when it is refused, so that an answer can be sent', async () => {
    const body = new Readable({ read: () => undefined });
    body.push('nonsense\n1,2,3\n');
    expect(
      (await refusalOf(readUpload({ body, format: 'text/csv', bytesMax: 1000, stage: () => Promise.resolve() }))).code,
    ).toBe('invalid-field');
    expect(body.destroyed).toBe(false);
  });

  it('waits for its rows to be kept', async () => {
    let keeping = 0;
    let most = 0;
    let produced = 0;
    const lines = function* () {
      yield Buffer.from(`${header}\n`);
      for (; produced < 20_000; produced += 100) yield Buffer.from('1,A,B\n'.repeat(100));
    };
    await readUpload({
      body: Readable.from(lines(), { objectMode: false }),
      format: 'text/csv',
      bytesMax: 1024 ** 2,
      stage: async (_lot, firstRow) => {
        most = Math.max(most, ++keeping);
        await new Promise((resolve) => setImmediate(resolve));
        keeping -= 1;
        expect(produced - firstRow).toBeLessThan(15_000);
      },
    });
    expect(most).toBe(1);
  });
});
