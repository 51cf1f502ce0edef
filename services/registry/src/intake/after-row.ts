import type { HeldReason, RowOutcome } from '@rohnamo/contracts';
import type { Change, Projection } from '@rohnamo/journal';
import { isDeepStrictEqual } from 'node:util';
import { heldChange } from '../held/decide.ts';
import { personChange } from '../person/decide.ts';
import { isBeforeBirth } from '../person/age.ts';
import { contradictions, identityOf, isAnotherPerson } from '../person/identity.ts';
import type { BeneficiaryRow, HeldRow, IntakeBatchRow } from '../schema.ts';
import { complaintOf, type PersonRow } from './read-row.ts';
import type { RowComplaint } from './staged-row.ts';
import { hear } from './source-memory.ts';

/** What is known of a person when it is a row's turn. */
export interface KnownPerson {
  person: BeneficiaryRow | undefined;
  /** The row of theirs that waits for somebody to decide. */
  waiting: HeldRow | undefined;
  /** Whether a consent of theirs was ever recorded: who relies on one may rely on who they are. */
  isReliedOn: boolean;
  /** Whether somebody has changed them other than by a row, and what their last row said is not known. */
  isLastRowUnknown: boolean;
}

export interface RowContext {
  batch: IntakeBatchRow;
  time: Date;
  newId: () => string;
}

/** What becomes of a row. */
export interface AfterRow {
  outcome: RowOutcome;
  changes: Change[];
  projections: Projection[];
  /** The person as the next row finds them. */
  person: BeneficiaryRow | undefined;
  waiting: HeldRow | undefined;
  /** Why it is refused, where that shows only beside what is known of the person. */
  complaint?: RowComplaint;
}

/**
 * What a row does: only what its source system has not said before is news, and what would turn one person into another is held.
 * While a row of a person waits, later ones are laid over it: it is applied as soon as what they say together turns nobody into another.
 */
export function afterRow(row: PersonRow, known: KnownPerson, context: RowContext): AfterRow {
  const { person, waiting } = known;
  const { batch, time } = context;
  if (person === undefined) return registered(row, context);
  const { version, ...current } = person;
  const said = waiting === undefined ? row.named : { ...waiting.said, ...row.named };
  const { news, memory, isLearnt } = hear(person.sourceMemory ?? {}, said, batch.id);
  const unchanged: AfterRow = {
    outcome: 'unchanged',
    changes: [],
    projections: [],
    person: { ...person, sourceMemory: memory },
    waiting,
  };
  const remembered = (state: Omit<BeneficiaryRow, 'version'>): Projection => ({
    kind: 'beneficiary',
    id: person.id,
    expected: version,
    version,
    state,
  });
  if (waiting === undefined && wasTaken(row, person, batch))
    return isLearnt ? { ...unchanged, projections: [remembered({ ...current, sourceMemory: memory })] } : unchanged;

  const changed = { ...current, ...news };
  const isChange = !isDeepStrictEqual(changed, current);
  const complaint = returnComplaintOf(row, news, changed);
  if (complaint !== null) return { outcome: 'refused', changes: [], projections: [], person, waiting, complaint };
  const reasons = isChange ? reasonsToHold(person, changed, known) : [];
  if (reasons.length > 0) return held({ row: row.row, said, reasons }, person, waiting, context);

  const superseded = waiting === undefined ? [] : [heldChange(waiting, { state: 'superseded' }, actOf(batch, time))];
  if (!isChange && !isLearnt) return { ...unchanged, changes: superseded, waiting: undefined };
  const taken = { rowDigest: row.digest, rowBatchId: batch.id, earlierRowDigests: null, sourceMemory: memory };
  const next = {
    ...changed,
    ...taken,
    identityBeforeRows: anchorOf(person, changed),
    identityConfirmedAt: contradictions(person, changed).length > 0 ? null : person.identityConfirmedAt,
  };
  return isChange
    ? {
        outcome: 'updated',
        changes: [personChange(next, version, actOf(batch, time), { batchId: batch.id }), ...superseded],
        projections: [],
        person: { ...next, version: version + 1 },
        waiting: undefined,
      }
    : {
        ...unchanged,
        changes: superseded,
        projections: [remembered(next)],
        person: { ...next, version },
        waiting: undefined,
      };
}

function registered({ externalId, details, named, digest }: PersonRow, { batch, time, newId }: RowContext): AfterRow {
  const { organisationId, sourceSystem } = batch;
  const next = {
    id: newId(),
    organisationId,
    sourceSystem,
    externalId,
    ...details,
    registeredAt: time,
    rowDigest: digest,
    rowBatchId: batch.id,
    earlierRowDigests: null,
    sourceMemory: hear({}, named, batch.id).memory,
    identityBeforeRows: null,
    identityConfirmedAt: null,
    isKeptApart: false,
    takenBackAt: null,
  };
  return {
    outcome: 'registered',
    changes: [personChange(next, 0, actOf(batch, time), { batchId: batch.id })],
    projections: [],
    person: { ...next, version: 1 },
    waiting: undefined,
  };
}

/** Of a row with news of one of the two dates: it is looked at beside what is known. */
function returnComplaintOf(
  { named }: PersonRow,
  news: PersonRow['named'],
  { birthDate, returnedOn }: Omit<BeneficiaryRow, 'version'>,
): RowComplaint | null {
  const isNews = news.returnedOn !== undefined || news.birthDate !== undefined;
  if (!isNews || !isBeforeBirth(returnedOn, birthDate)) return null;
  return named.returnedOn
    ? complaintOf('returned_on', 'must not lie before the birth date')
    : complaintOf('birth_date', 'must not lie behind the day of return');
}

/** Why a row must not be applied before somebody has decided; empty where it may. */
function reasonsToHold(
  person: BeneficiaryRow,
  next: Omit<BeneficiaryRow, 'version'>,
  { isReliedOn, isLastRowUnknown }: KnownPerson,
): HeldReason[] {
  const isIdentity = !isDeepStrictEqual(identityOf(next), identityOf(person));
  const isAnother = isIdentity && isAnotherPerson(person.identityBeforeRows ?? person, next);
  return [
    ...(isAnother ? ['another-person' as const] : []),
    ...(isReliedOn && contradictions(person, next).length > 0 ? ['consent-on-record' as const] : []),
    ...(isLastRowUnknown && person.sourceMemory === null ? ['last-row-unknown' as const] : []),
  ];
}

/** A row that waits, or the one that waits already with what this one adds. */
function held(
  { row, said, reasons }: Pick<HeldRow, 'row' | 'said' | 'reasons'>,
  person: BeneficiaryRow,
  waiting: HeldRow | undefined,
  { batch, time, newId }: RowContext,
): AfterRow {
  const { organisationId, sourceSystem } = batch;
  const unwritten = { outcome: 'held' as const, changes: [], projections: [], person, waiting };
  if (waiting !== undefined && isDeepStrictEqual(waiting.said, said)) return unwritten;
  const place = { batchId: batch.id, row, said, reasons };
  const before: HeldRow = waiting ?? {
    id: newId(),
    version: 0,
    organisationId,
    beneficiaryId: person.id,
    sourceSystem,
    externalId: person.externalId ?? '',
    state: 'waiting',
    heldAt: time,
    decidedAt: null,
    newBeneficiaryId: null,
    ...place,
  };
  return {
    ...unwritten,
    changes: [heldChange(before, { state: 'waiting', ...place }, actOf(batch, time))],
    waiting: { ...before, ...place, version: before.version + 1 },
  };
}

/** Who they were before rows changed that: what the next row is measured by, so that no two rows do what one may not. */
const anchorOf = (person: BeneficiaryRow, next: Omit<BeneficiaryRow, 'version'>) =>
  isDeepStrictEqual(identityOf(next), identityOf(person))
    ? person.identityBeforeRows
    : (person.identityBeforeRows ?? identityOf(person));

/** Of a person whose rows were taken before cells were remembered only digests are known: the same row again says no news. */
const wasTaken = ({ digest }: PersonRow, person: BeneficiaryRow, batch: IntakeBatchRow): boolean =>
  person.rowDigest?.equals(digest) === true ||
  (person.rowBatchId !== batch.id && person.earlierRowDigests?.includes(digest.toString('hex')) === true);

const actOf = ({ actor, organisationId, traceparent }: IntakeBatchRow, time: Date) => ({
  actor,
  organisationId,
  time,
  traceparent,
});
