import { z } from 'zod';
import { Id, line, Timestamp, Version } from './identifiers.ts';

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

/** `failed`: something of ours went wrong on the way; asked for again, it goes on from there. */
export const TakeBackState = z.enum(['running', 'done', 'failed']);
export type TakeBackState = z.infer<typeof TakeBackState>;

/** What became of a person whom rows of a batch speak of when that was taken back: undone, or left as they are, and why. */
export const TakenBack = z.enum(['taken-back', 'in-use', 'said-again', 'row-decided']);
export type TakenBack = z.infer<typeof TakenBack>;

/** A bulk push of returnees, and how far it has got. The header and rows of empty cells are not counted. */
export const IntakeBatch = z.object({
  id: Id,
  version: Version,
  sourceSystem: z.string(),
  state: IntakeState,
  dryRun: z.boolean().describe('A preview: its rows do nothing, `/rows` tells what they would do'),
  rows: z.object({
    received: z.int().describe('Rows in the upload'),
    read: z.int().describe('Rows worked off so far; the five below add up to it'),
    registered: z.int(),
    updated: z.int(),
    unchanged: z.int(),
    refused: z.int(),
    held: z.int().describe('Rows that wait for somebody to decide: see `/v1/held-rows`'),
    warned: z.int().describe('Rows, of whatever outcome, with a warning: see `/v1/intake-batches/{id}/rows`'),
  }),
  receivedAt: Timestamp,
  finishedAt: Timestamp.nullable(),
  takeBack: z
    .object({
      state: TakeBackState,
      startedAt: Timestamp,
      finishedAt: Timestamp.nullable(),
      persons: z.object({
        takenBack: z.int().describe('Persons who stand as if the batch had never been pushed'),
        left: z
          .int()
          .describe(
            'Persons who were left as they are: see `takeBack` of their rows in `/v1/intake-batches/{id}/rows`',
          ),
      }),
    })
    .nullable()
    .describe('How far taking it back has got; null where nobody has asked for that'),
});
export type IntakeBatch = z.infer<typeof IntakeBatch>;

/** A system that rows come from, made known before anything is pushed from it. */
export const NewSourceSystem = z
  .strictObject({
    sourceSystem: line(64),
    confirmNewSource: z
      .boolean()
      .default(false)
      .describe('Says that it is not a new spelling of another one that it is like'),
  })
  .meta({ examples: [{ sourceSystem: 'migration-office-khatlon' }] });
export type NewSourceSystem = z.infer<typeof NewSourceSystem>;

export const SourceSystem = z.object({
  id: Id,
  version: Version,
  sourceSystem: z.string(),
  registeredAt: Timestamp,
});
export type SourceSystem = z.infer<typeof SourceSystem>;

/** Why one row was refused. Never the value that was refused. */
export const IntakeRowError = z.object({
  row: z.int().min(1).describe('As a spreadsheet shows it, with the header as row 1; in NDJSON, the line'),
  externalId: z.string().nullable(),
  field: z.string(),
  problem: z.string(),
  remedy: z.string(),
});
export type IntakeRowError = z.infer<typeof IntakeRowError>;

/** Why a row was held: it says that the person is another; consents were recorded of this person and it changes who they are; an officer has mended the person since the last row, of which too little is known to tell what is news. */
export const HeldReason = z.enum(['another-person', 'consent-on-record', 'last-row-unknown']);
export type HeldReason = z.infer<typeof HeldReason>;

/** `superseded`: a later row of the source took back what was held, or its batch was taken back. */
export const HeldRowState = z.enum(['waiting', 'applied', 'kept', 'registered-apart', 'superseded']);
export type HeldRowState = z.infer<typeof HeldRowState>;

const CellValue = z.union([z.string(), z.array(z.string())]).nullable();

/** A field in which a row differs from the person. */
export const RowDifference = z.object({ field: z.string(), current: CellValue, said: CellValue });
export type RowDifference = z.infer<typeof RowDifference>;

/** A row of an intake that was not applied and waits for somebody to decide. */
export const HeldRow = z.object({
  id: Id,
  version: Version,
  state: HeldRowState,
  reasons: z.array(HeldReason),
  batchId: Id.describe('The batch that said it last'),
  row: z.int().min(1),
  sourceSystem: z.string(),
  externalId: z.string(),
  beneficiaryId: Id.describe('The person who has that external id'),
  differences: z
    .array(RowDifference)
    .describe('Where the row differs from the person as they are now; empty once it is decided'),
  heldAt: Timestamp,
  decidedAt: Timestamp.nullable(),
  newBeneficiaryId: Id.nullable().describe('Whom it was registered as, where it was another person'),
});
export type HeldRow = z.infer<typeof HeldRow>;

/**
 * `apply`: the row is right, and it is the same person. `keep`: the person stays as they are, and the same cells are not held again.
 * `register-apart`: the source has given the external id to somebody else, who is registered and takes it over.
 */
export const HeldRowDecision = z.strictObject({ decision: z.enum(['apply', 'keep', 'register-apart']) });
export type HeldRowDecision = z.infer<typeof HeldRowDecision>;

export const RowOutcome = z.enum(['registered', 'updated', 'unchanged', 'held', 'refused']);
export type RowOutcome = z.infer<typeof RowOutcome>;

/** `looks-like-another`: the row registers somebody whose external id differs from another by letters alone that look the same. */
export const RowWarning = z.object({
  code: z.enum(['looks-like-another']),
  externalId: z.string().describe('The other external id of the same source system'),
});
export type RowWarning = z.infer<typeof RowWarning>;

/** What one row of a batch did, or in a preview would do. */
export const IntakeRow = z.object({
  row: z.int().min(1).describe('As a spreadsheet shows it, with the header as row 1; in NDJSON, the line'),
  externalId: z.string().nullable(),
  outcome: RowOutcome,
  beneficiaryId: Id.nullable().describe('Null of a refused row, and in a preview of whom it would register'),
  heldRowId: Id.nullable().describe(
    'Of a held row, where somebody decides on it: see `/v1/held-rows`. Null in a preview',
  ),
  differences: z
    .array(RowDifference)
    .describe(
      'Of an updated row, what it changed: `current` is the value before it. Of a held row, what it would change',
    ),
  reasons: z.array(HeldReason).describe('Why the row was held'),
  warnings: z.array(RowWarning),
  errors: z.array(IntakeRowError.pick({ field: true, problem: true, remedy: true })).describe('Why it was refused'),
  takeBack: TakenBack.nullable().describe(
    'What became of the person when the batch was taken back. `taken-back`: they stand as if it had never been pushed; whom it registered is gone. Left as they are: `in-use`, somebody has changed them since, or recorded a consent; `said-again`, a later batch speaks of them, too: take that back first; `row-decided`, somebody has decided on a row that was held. Null of a refused row, and as long as it has not come to them',
  ),
});
export type IntakeRow = z.infer<typeof IntakeRow>;
