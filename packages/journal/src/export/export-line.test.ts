import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../entry.ts';
import { hashOfLeaf, type Leaf, leafOf } from '../tree/leaf.ts';
import { exportLine, readExportLine } from './export-line.ts';

const read = (line: string) => readExportLine(Buffer.from(line));
const position = 7;

/** Entries with usual and odd text wherever there is any. */
const entries = fc.record({
  id: fc.uuid(),
  kind: fc.oneof(fc.constantFrom('referral', 'a","subject":"b'), fc.string({ unit: 'grapheme' })),
  subject: fc.uuid(),
  version: fc.option(fc.nat()),
  type: fc.oneof(fc.constant('referral.sent.v1'), fc.string({ unit: 'grapheme' })),
  time: fc.date({ noInvalidDate: true }),
  data: fc.dictionary(
    fc.string(),
    fc.constantFrom('Кӯлоб', ',"id":"x"', { id: 'x', kind: 'k', subject: 's', time: 't', version: 1 }),
  ),
  detail: fc.option(fc.constant({ reasonCode: 'no-capacity' })),
  actor: fc.constant<Entry['actor']>({
    kind: 'system',
    clientId: null,
    organisationId: null,
    role: null,
    actingPerson: null,
  }),
  audience: fc.option(fc.uuid()),
  traceparent: fc.option(fc.oneof(fc.constant('00-1-2-01'), fc.string({ unit: 'grapheme' }))),
  nonce: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes)),
});

describe('a line of an export', () => {
  it('is read as what it says, whatever that is, whether its hash was sealed, another, or none yet', () => {
    fc.assert(
      fc.property(entries, fc.constantFrom('own', 'other', 'none'), (said, seal) => {
        const entry: Leaf = leafOf(said);
        const hash = hashOfLeaf(entry);
        const sealed = { own: hash, other: Buffer.alloc(32, 1), none: null }[seal];
        const { id, kind, subject, version } = said;
        const time = said.time.toISOString();
        expect(read(exportLine({ position, sealed, entry }))).toEqual({
          position,
          sealed,
          entry: { id, kind, subject, version, time, hash },
        });
      }),
      { numRuns: 500 },
    );
  });

  it('whose entry is gone is read so, and so is one whose text is no entry', () => {
    const sealed = Buffer.alloc(32, 1);
    const gone = exportLine({ position, sealed, entry: null });
    expect(read(gone)).toEqual({ position, sealed, entry: null });
    const nonce = `"nonce":"${'0'.repeat(32)}"`;
    const noEntry = gone.replace('"nonce":null,"entry":null', `${nonce},"entry":{"id":"a"}`);
    expect(read(noEntry)).toEqual({ position, sealed, entry: null });
    expect(read(noEntry.replace('"}}', '"}'))).toBeNull();
    expect(read(`${gone} `)).toBeNull();
  });

  it('that is not UTF-8 is none', () => {
    const line = exportLine({ position, sealed: Buffer.alloc(32, 1), entry: leafOf(fc.sample(entries, 1)[0]!) });
    const bytes = Buffer.from(line.replace('"actor"', '"act\u00e9"'), 'latin1');
    expect(readExportLine(bytes)).toBeNull();
  });
});
