import type { TakenBack } from '@rohnamo/contracts';
import type { Change, Projection } from '@rohnamo/journal';
import { isDeepStrictEqual } from 'node:util';
import type { Act } from '../../act.ts';
import { heldChange } from '../../held/decide.ts';
import { personChange } from '../../person/decide.ts';
import { identityOf } from '../../person/identity.ts';
import { detailFields } from '../../person/view.ts';
import type { BeneficiaryRow, HeldRow } from '../../schema.ts';
import { revivedHeldRow, revivedPerson } from '../kept.ts';
import type { Touched } from './touched.ts';

/** How somebody stands whom rows of a batch speak of, when it is taken back. */
export interface Standing {
  /** undefined: they are gone already. */
  person: BeneficiaryRow | undefined;
  /** The held rows that the batch's rows had to do with. */
  heldRows: readonly HeldRow[];
  waiting: HeldRow | undefined;
  /** The consent of theirs that was recorded last, whoever did. */
  lastConsentId: string | null;
  /** Whether a batch that came after, and stands, speaks of them. */
  isSaidAgain: boolean;
  /** Whether anything has changed them since that was not undone. */
  isChangedSince: boolean;
}

export interface Undone {
  result: TakenBack;
  changes: Change[];
  projections: Projection[];
}

/** Held rows on which somebody has decided. */
const decidedStates: readonly string[] = ['applied', 'kept', 'registered-apart'];

/**
 * Takes back what the rows of a batch did to one person, or nothing of it: whoever has done something with the person since did so with what the
 * batch had said, and it is for them to mend it. Whom it registered exists no more.
 */
export function takeBackOf(touched: Touched, standing: Standing, batch: { id: string; act: Act }): Undone {
  const { person } = standing;
  const reason = reasonToLeave(touched, standing);
  if (reason !== null) return { result: reason, changes: [], projections: [] };
  if (person === undefined) return { result: 'taken-back', changes: [], projections: [] };
  const held = undoneHeld(touched, standing, batch);
  if (touched.isRegistered)
    return { result: 'taken-back', changes: [removal(person, batch), ...held], projections: [] };
  const { version, ...current } = person;
  const restored = { ...current, ...revivedPerson(touched.person) };
  if (isIn(touched.person, detailFields)) {
    const detail = { batchId: batch.id, takenBack: true };
    return {
      result: 'taken-back',
      changes: [personChange(restored, version, batch.act, detail), ...held],
      projections: [],
    };
  }
  const isRemembered = Object.keys(touched.person).length > 0;
  return {
    result: 'taken-back',
    changes: held,
    projections: isRemembered
      ? [{ kind: 'beneficiary', id: person.id, expected: version, version, state: restored }]
      : [],
  };
}

const isIn = (part: object, fields: readonly string[]): boolean => fields.some((field) => field in part);

function reasonToLeave(touched: Touched, standing: Standing): Exclude<TakenBack, 'taken-back'> | null {
  const { person, heldRows, lastConsentId, isSaidAgain, isChangedSince } = standing;
  const { isRegistered, heldRowIds, firstOutcomeId } = touched;
  const isTouched = isRegistered || heldRowIds.size > 0 || Object.keys(touched.person).length > 0;
  if (!isTouched || person === undefined) return null;
  if (heldRows.some(({ state }) => decidedStates.includes(state))) return 'row-decided';
  if (isSaidAgain) return 'said-again';
  if (isChangedSince) return 'in-use';
  if (isRegistered) return lastConsentId === null ? null : 'in-use';
  // A consent stands on who the person was when it was recorded.
  const isIdentity = !isDeepStrictEqual(identityOf({ ...person, ...touched.person }), identityOf(person));
  return isIdentity && lastConsentId !== null && lastConsentId > firstOutcomeId ? 'in-use' : null;
}

/** Somebody who was registered by mistake: nothing is known of them any more, and their external id is free. */
function removal({ version, ...person }: BeneficiaryRow, { id, act }: { id: string; act: Act }): Change {
  const next: Omit<BeneficiaryRow, 'version'> = {
    id: person.id,
    organisationId: person.organisationId,
    registeredAt: person.registeredAt,
    takenBackAt: act.time,
    sourceSystem: null,
    externalId: null,
    givenName: '',
    familyName: '',
    fatherName: null,
    sex: 'unknown',
    birthDate: null,
    phone: null,
    language: 'tg',
    accessRequirements: [],
    districtId: null,
    village: null,
    returnCountry: null,
    returnedOn: null,
    rowDigest: null,
    rowBatchId: null,
    earlierRowDigests: null,
    sourceMemory: null,
    identityBeforeRows: null,
    identityConfirmedAt: null,
    isKeptApart: false,
  };
  const change = personChange(next, version, act, { batchId: id });
  return { ...change, entry: { ...change.entry, type: 'beneficiary.taken-back.v1' } };
}

/** The row that waited before waits again, as it was; one that only the batch made waits no more, and what it said is forgotten. */
function undoneHeld(
  touched: Touched,
  { heldRows, waiting }: Standing,
  { id, act }: { id: string; act: Act },
): Change[] {
  const before = touched.held === null || touched.held.batchId === id ? null : revivedHeldRow(touched.held);
  if (waiting !== undefined && waiting.batchId !== id) return [];
  const now = waiting ?? heldRows.find((row) => row.id === before?.id);
  if (now === undefined) return [];
  if (before === null) return [heldChange(now, { state: 'superseded', said: {} }, act)];
  const { batchId, row, said, reasons, heldAt } = before;
  return [heldChange(now, { state: 'waiting', batchId, row, said, reasons, heldAt }, act)];
}
