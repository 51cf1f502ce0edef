import { csvByGrammar, hostileCsv } from '@rohnamo/testkit';
import fc from 'fast-check';
import { Readable } from 'node:stream';
import { Refused } from '@rohnamo/service-kit';
import { describe, expect, it } from 'vitest';
import type { IntakeBatchRow } from '../schema.ts';
import { workOff } from './decide.ts';
import { readRow } from './read-row.ts';
import type { StagedRow } from './staged-row.ts';
import { type IntakeFormat, readUpload } from './upload.ts';

const time = new Date('2026-11-24T06:00:00.000Z');
const actor = {
  kind: 'client',
  clientId: 'c',
  organisationId: 'o',
  role: 'migration-service',
  actingPerson: null,
} as const;

/** What becomes of a file: null where it is refused as a whole, or else where each of its rows went. */
async function outcomeOf(file: string, { format = 'text/csv' }: { format?: IntakeFormat } = {}) {
  const staged: StagedRow[] = [];
  try {
    await readUpload({
      body: Readable.from([Buffer.from(file)], { objectMode: false }),
      format,
      bytesMax: 1024 ** 2,
      stage: (lot) => Promise.resolve(void staged.push(...lot)),
    });
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
  const rows = staged.map((row) => readRow(row, { sourceSystem: 'office', phoneRegion: 'TJ', today: '2026-11-24' }));
  let made = 0;
  const batch = {
    id: 'batch',
    organisationId: 'o',
    sourceSystem: 'office',
    actor,
    traceparent: null,
  } as IntakeBatchRow; // what is read of it
  const known = {
    persons: new Map(),
    waiting: new Map(),
    reliedOn: new Set<string>(),
    lastRowUnknown: new Set<string>(),
  };
  const { tally, changes } = workOff(rows, { batch, known, time, newId: () => `person ${++made}` });
  return { staged, rows, tally, changes };
}

const header = 'external_id,given_name,family_name';
/** Rows of which many are those of persons, with hostile text in and between them. */
const file = fc
  .array(
    fc.oneof(
      fc.nat(50).map((id) => `p${id},Фирӯза,Назарова\n`),
      fc.nat(50).map((id) => `"p${id}","Али ""устод""",Каримов\r\n`),
      fc.nat(50).map((id) => `p${id}, "Али",Каримов\n`),
      fc.constantFrom(',,\n', '\n', ',,,\n', '"",,\r\n'),
      hostileCsv,
    ),
    { maxLength: 8 },
  )
  .map((parts) => `${header}\n${parts.join('')}`);

describe('of the rows in a file', () => {
  it('each is registered, updated, unchanged, held, or refused by its number, or the whole file is refused; no cell changes', async () => {
    await fc.assert(
      fc.asyncProperty(file, async (text) => {
        const outcome = await outcomeOf(text);
        const grammar = csvByGrammar(text);
        grammar.delete(1);
        if (outcome === null) {
          expect([...grammar.values()]).toContain(null);
          return;
        }
        const { staged, rows, tally } = outcome;
        expect(staged.map(({ row }) => row)).toEqual([...grammar.keys()]);
        const taken = rows.slice(0, tally.rowsRead);
        const { rowsRead, rowsRegistered, rowsUpdated, rowsUnchanged, rowsHeld, rowsRefused } = tally;
        expect(rowsRegistered + rowsUpdated + rowsUnchanged + rowsHeld + rowsRefused).toBe(rowsRead);
        for (const row of taken) {
          const cells = grammar.get(row.row) ?? null;
          if ('complaints' in row) expect(row.complaints.length).toBeGreaterThan(0);
          else
            expect([row.externalId, row.details.givenName, row.details.familyName]).toEqual(
              cells?.map((cell) => cell.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, '')),
            );
        }
      }),
      { numRuns: 300 },
    );
  });

  it('that are objects, none is lost either', async () => {
    const line = fc.oneof(
      fc.nat(50).map((id) => JSON.stringify({ external_id: `p${id}`, given_name: 'A', family_name: 'B' })),
      fc.constantFrom('', ' ', '{}', '{"external_id":""}', '{"external_id":"1","external_id":"2"}', 'null', '"'),
      fc.string({ unit: 'binary', maxLength: 10 }).map((text) => text.replaceAll('\n', '')),
      fc.json({ maxDepth: 1 }).map((text) => text.replaceAll('\n', ' ')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (lines) => {
        const outcome = await outcomeOf(lines.join('\n'), { format: 'application/x-ndjson' });
        const numbers = lines.flatMap((text, index) => (isBlank(text, index) ? [] : [index + 1]));
        expect(outcome?.staged.map(({ row }) => row)).toEqual(numbers);
      }),
      { numRuns: 300 },
    );
  });
});

function isBlank(line: string, index: number): boolean {
  const text = index === 0 ? line.replace(/^\uFEFF/, '') : line;
  if (text.trim() === '') return true;
  try {
    const value: unknown = JSON.parse(text);
    const given = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
    return (
      given.length > 0 &&
      given.every(([key, cell]) => key === 'external_id' && String(cell).trim() === '' && cell !== null)
    );
  } catch {
    return false;
  }
}
