import { personalFields } from '@rohnamo/contracts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeServices } from './services.ts';

/** Answers in which nothing of a person is shown to anybody but whoever told it, and why. A new one names its fields in the table, or stands here. */
const nothingToOpen: Record<string, string> = {
  TrailEntry: 'ids, codes and times',
  ReferralStatus: 'to the person, who has the slip and knows the year of birth',
  Feedback: 'what a person said of how they were served, by its code',
  BatchAnswer: 'number and state of what the caller has written, or why not',
  BeneficiaryAccess: 'who looked, by ids and codes',
  ReferralGrounds: 'the triage profile, between our own services',
  BirthYearAnswer: 'between our own services, for a slip that does not print it',
  listReferrals: 'Referral, but for a part',
  recommendFacilities: 'places',
  giveFeedback: 'thanks',
  withdrawBySlip: 'a phrase that is the same for everybody',
  getStatistics: 'numbers of five and more',
  getCheckpoint: 'hashes',
  proveInclusion: 'hashes',
  proveConsistency: 'hashes',
  listParkedEvents: 'ids and codes, to operators',
  replayParkedEvents: 'numbers, to operators',
  discardParkedEvent: 'ids and codes, to operators',
  getLiveness: 'how the service is',
  getReadiness: 'how the service is',
};

const Schema = z.record(z.string(), z.unknown());
const Operation = z.object({
  operationId: z.string(),
  tags: z.array(z.string()).default([]),
  responses: z.record(
    z.string(),
    z.looseObject({ content: z.record(z.string(), z.looseObject({ schema: Schema.optional() })).optional() }),
  ),
});
const Document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** What an operation answers where it does what was asked: by the name of its schema, or, where it has none, by its own. */
function answersIn(document: unknown): string[] {
  const operations = Object.values(Document.parse(document).paths).flatMap((methods) =>
    Object.values(methods).map((operation) => Operation.parse(operation)),
  );
  return operations.flatMap(({ operationId, responses }) =>
    Object.entries(responses).flatMap(([status, { content = {} }]) =>
      status.startsWith('2') && ('application/json' in content || 'application/x-ndjson' in content)
        ? Object.values(content).flatMap(({ schema }) => (schema === undefined ? [] : [nameOf(schema) ?? operationId]))
        : [],
    ),
  );
}

/** Of what is answered, or of each item of a page. */
function nameOf(schema: Record<string, unknown>): string | null {
  const text = JSON.stringify(schema);
  const [, name = null] =
    /^\{"\$ref":"#\/components\/schemas\/(\w+)"/.exec(text) ??
    /"items":\{"type":"array","items":\{"\$ref":"#\/components\/schemas\/(\w+)"/.exec(text) ??
    [];
  return name;
}

describe('of a person', () => {
  it('no answer of the referral service shows a field that names nothing which opens it', async () => {
    const services = await describeServices();
    const { openApi } = services.find(({ name }) => name === 'referral')!;
    const unnamed = answersIn(openApi).filter((name) => !(name in personalFields) && !(name in nothingToOpen));
    expect(unnamed.filter((name) => name !== 'exportEntries')).toEqual([]);
  });
});
