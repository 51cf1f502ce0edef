import { FacilityFound, Referral, TrailEntry } from '@rohnamo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { safeEncode } from 'zod/v4/core';
import { writerOf } from './answer-json.ts';
import { pageOf } from './pagination.ts';

/** As the answer would be encoded by zod and written by the runtime; undefined where it does not fit. */
function exact(schema: z.ZodType, value: unknown): string | undefined {
  const encoded = safeEncode(schema, value);
  return encoded.success ? JSON.stringify(encoded.data) : undefined;
}

const Part = z.object({ code: z.enum(['a', 'b']), note: z.string().trim().max(5).nullable() });
const Answer = z.object({
  id: z.uuid().toLowerCase().optional(),
  at: z.iso.datetime().nullable(),
  day: z.iso.date().optional(),
  count: z.int().min(1),
  share: z.number().gt(0).lte(1).optional(),
  isOpen: z.boolean().default(false),
  kind: z.literal('answer'),
  parts: z.array(Part).max(2),
  contact: z.discriminatedUnion('method', [
    z.strictObject({ method: z.literal('phone'), phone: z.string().regex(/^\+\d{1,5}$/) }),
    z.strictObject({ method: z.literal('none') }),
  ]),
  names: z
    .strictObject({ tg: z.string().optional(), en: z.string().optional() })
    .refine((names) => names.tg !== undefined || names.en !== undefined),
  counts: z.record(z.string(), z.int()).optional(),
  open: z.looseObject({ a: z.int() }).optional(),
  anything: z.unknown().optional(),
});

/** Mostly what fits, and now and then what does not. */
const oddOr = <Value>(fitting: fc.Arbitrary<Value>) =>
  fc.oneof(
    { weight: 60, arbitrary: fitting },
    { weight: 1, arbitrary: fc.constantFrom(null, undefined, '', ' x ', 0, -1, 1.5, Number.NaN, true, [], {}) },
  );
const record = (model: Record<string, fc.Arbitrary<unknown>>, requiredKeys: string[]) =>
  oddOr(fc.record<Record<string, unknown>>({ ...model, unknown: fc.string() }, { requiredKeys }));
const text = fc.string({ unit: 'binary', maxLength: 6 });
const answers = record(
  {
    id: oddOr(fc.uuid()),
    at: oddOr(
      fc.option(
        fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') }).map((at) => at.toISOString()),
      ),
    ),
    day: oddOr(fc.constantFrom('2026-11-24', '2026-02-30')),
    count: oddOr(fc.integer({ min: 1 })),
    share: oddOr(fc.double({ min: 0, max: 1 })),
    isOpen: oddOr(fc.boolean()),
    kind: oddOr(fc.constant('answer')),
    parts: oddOr(
      fc.array(record({ code: oddOr(fc.constantFrom('a', 'b')), note: oddOr(fc.option(text)) }, ['code', 'note']), {
        maxLength: 3,
      }),
    ),
    contact: oddOr(
      fc.constantFrom(
        { method: 'phone', phone: '+992' },
        { method: 'none' },
        { method: 'none', phone: '+1' },
        { method: 'phone' },
      ),
    ),
    names: oddOr(fc.constantFrom({ tg: 'Роҳнамо' }, { en: '"quoted"\n', tg: undefined }, {}, { fr: 'x' })),
    counts: oddOr(fc.dictionary(text, fc.integer())),
    open: oddOr(fc.constant({ a: 1, b: 'c' })),
    anything: oddOr(fc.jsonValue()),
  },
  ['at', 'count', 'isOpen', 'kind', 'parts', 'contact', 'names'],
);

describe('what writes an answer', () => {
  it('says what zod would encode, and nothing where zod would refuse', () => {
    const write = writerOf(Answer);
    let fitting = 0;
    fc.assert(
      fc.property(answers, (value) => {
        const written = write(value);
        // What would be trimmed or lower-cased on its way out is left to zod, too.
        if (written === undefined) return;
        fitting += 1;
        expect(written).toBe(exact(Answer, value));
      }),
      { numRuns: 3000 },
    );
    expect(fitting).toBeGreaterThan(100);
  });

  it('leaves out what the schema does not know, however deep', () => {
    const write = writerOf(z.object({ items: z.array(z.object({ id: z.string() })) }));
    expect(write({ items: [{ id: 'n-1', secret: 'never sent' }], secret: 'never sent' })).toBe(
      '{"items":[{"id":"n-1"}]}',
    );
  });

  it('knows how to write what the platform answers most, without the way through zod', () => {
    const id = '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60';
    const at = '2026-11-24T04:30:00.000Z';
    const entry = {
      id,
      version: 1,
      position: null,
      type: 'referral.sent.v1',
      time: at,
      state: 'sent',
      implied: ['acknowledged'],
      reasonCode: null,
      actor: { kind: 'client', organisationId: id, role: 'facility', actingPerson: null },
    };
    expect(writerOf(TrailEntry)(entry)).toBe(exact(TrailEntry, entry));
    const page = { items: [], next: null };
    for (const item of [Referral, FacilityFound]) expect(writerOf(pageOf(item))(page)).toBe('{"items":[],"next":null}');
  });
});
