import type { HeldRowDecision } from '@rohnamo/contracts';
import type { Change, Decision } from '@rohnamo/journal';
import { type Refused, refused } from '@rohnamo/service-kit';
import { isDeepStrictEqual } from 'node:util';
import type { Act } from '../act.ts';
import { hear } from '../intake/source-memory.ts';
import { isBeforeBirth } from '../person/age.ts';
import { personChange } from '../person/decide.ts';
import { refuseField } from '../refuse-field.ts';
import type { BeneficiaryRow, HeldRow } from '../schema.ts';

const eventOf = {
  waiting: 'held-row.held.v1',
  applied: 'held-row.decided.v1',
  kept: 'held-row.decided.v1',
  'registered-apart': 'held-row.decided.v1',
  superseded: 'held-row.superseded.v1',
} as const;

/** A held row as it moves, with its entry: ids and codes only. */
export function heldChange(
  { version, ...current }: HeldRow,
  moves: Partial<HeldRow> & Pick<HeldRow, 'state'>,
  { actor, time, traceparent }: Act,
): Change {
  const next = { ...current, ...moves, decidedAt: moves.state === 'waiting' ? null : time };
  const { id, batchId, beneficiaryId, organisationId, state, reasons } = next;
  return {
    kind: 'held-row',
    id,
    expected: version,
    state: next,
    entry: {
      type: eventOf[state],
      data: { heldRowId: id, batchId, beneficiaryId, organisationId, state },
      detail: { reasons },
      actor,
      time,
      audience: organisationId,
      traceparent,
    },
  };
}

export interface HeldQuestion {
  held: HeldRow;
  person: BeneficiaryRow;
  decision: HeldRowDecision['decision'];
  act: Act;
  newId: () => string;
}

const stateOf = { apply: 'applied', keep: 'kept', 'register-apart': 'registered-apart' } as const;

/**
 * What somebody decides of a held row, once. What the row says is remembered of its source system in any case, so that the same
 * cells are not held again.
 */
export function decideHeld({ held, person, decision, act, newId }: HeldQuestion): Decision<HeldRow, Refused> {
  if (held.state !== 'waiting')
    return {
      refuse: refused('illegal-action', { detail: `It is ${held.state}.`, extensions: { allowedActions: [] } }),
    };
  const detail = { heldRowId: held.id, batchId: held.batchId, decision };
  const decided = (moves: Partial<HeldRow> = {}) => {
    const state = stateOf[decision];
    const result = { ...held, ...moves, state, decidedAt: act.time, version: held.version + 1 };
    return { change: heldChange(held, { ...moves, state }, act), result };
  };

  if (decision === 'register-apart') {
    const id = newId();
    const { change, result } = decided({ newBeneficiaryId: id });
    return { record: { changes: [personChange(apartOf(held, id, act), 0, act, detail), change] }, result };
  }
  const { change, result } = decided();
  const { version, ...current } = person;
  const { news, memory } = hear(person.sourceMemory ?? {}, held.said, held.batchId);
  const remembered = {
    ...current,
    rowBatchId: held.batchId,
    rowDigest: null,
    earlierRowDigests: null,
    sourceMemory: memory,
  };
  const next = { ...remembered, ...news, identityBeforeRows: null, identityConfirmedAt: act.time };
  if (decision === 'keep' || isDeepStrictEqual({ ...current, ...news }, current)) {
    const { id } = person;
    const projection = { kind: 'beneficiary', id, expected: version, version, state: remembered };
    return { record: { changes: [change], projections: [projection] }, result };
  }
  if (isBeforeBirth(next.returnedOn, next.birthDate))
    return refuseField('#/decision', 'would leave a return before the birth date: mend that of the person first');
  return { record: { changes: [personChange(next, version, act, detail), change] }, result };
}

/** Whose external id goes to somebody else: they stay as they are, and rows no longer speak of them. */
export function releaseExternalId({ held, person, act }: Pick<HeldQuestion, 'held' | 'person' | 'act'>): Change {
  const { version, ...current } = person;
  const next = {
    ...current,
    sourceSystem: null,
    externalId: null,
    isKeptApart: false,
    sourceMemory: null,
    rowDigest: null,
  };
  return personChange(next, version, act, { heldRowId: held.id, batchId: held.batchId, decision: 'register-apart' });
}

/** The other person whom a held row speaks of. */
function apartOf(held: HeldRow, id: string, act: Act): Omit<BeneficiaryRow, 'version'> {
  const { organisationId, sourceSystem, externalId, batchId, said } = held;
  const unknown = {
    givenName: '',
    familyName: '',
    fatherName: null,
    sex: 'unknown' as const,
    birthDate: null,
    phone: null,
    language: 'tg' as const,
    accessRequirements: [],
    districtId: null,
    village: null,
    returnCountry: null,
    returnedOn: null,
  };
  return {
    id,
    organisationId,
    sourceSystem,
    externalId,
    ...unknown,
    ...said, // every row names both names
    registeredAt: act.time,
    rowDigest: null,
    rowBatchId: batchId,
    earlierRowDigests: null,
    sourceMemory: hear({}, said, batchId).memory,
    identityBeforeRows: null,
    identityConfirmedAt: null,
    isKeptApart: false,
    takenBackAt: null,
  };
}
