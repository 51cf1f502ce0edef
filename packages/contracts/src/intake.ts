import { z } from 'zod';
import { Id, Timestamp, Version } from './identifiers.ts';

/** The columns of an intake row, in CSV and as the keys of an NDJSON line. */
export const intakeColumns = [
  'external_id',
  'given_name',
  'family_name',
  'father_name',
  'sex',
  'birth_date',
  'phone',
  'language',
  'access_requirements',
  'district_id',
  'village',
  'return_country',
  'returned_on',
] as const;

export const IntakeState = z.enum(['received', 'running', 'completed', 'failed']);
export type IntakeState = z.infer<typeof IntakeState>;

/** A bulk push of returnees, and how far it has got. The header and rows of empty cells are not counted. */
export const IntakeBatch = z.object({
  id: Id,
  version: Version,
  sourceSystem: z.string(),
  state: IntakeState,
  rows: z.object({
    received: z.int().describe('Rows in the upload'),
    read: z.int().describe('Rows worked off so far; the four below add up to it'),
    registered: z.int(),
    updated: z.int(),
    unchanged: z.int(),
    refused: z.int(),
  }),
  receivedAt: Timestamp,
  finishedAt: Timestamp.nullable(),
});
export type IntakeBatch = z.infer<typeof IntakeBatch>;

/** Why one row was refused. Never the value that was refused. */
export const IntakeRowError = z.object({
  row: z.int().min(1).describe('As a spreadsheet shows it, with the header as row 1; in NDJSON, the line'),
  externalId: z.string().nullable(),
  field: z.string(),
  problem: z.string(),
  remedy: z.string(),
});
export type IntakeRowError = z.infer<typeof IntakeRowError>;
