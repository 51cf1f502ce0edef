import type { BeneficiaryPatch, NewBeneficiary } from '@rohnamo/contracts';
import type { Change, Decision } from '@rohnamo/journal';
import { type Refused, refused } from '@rohnamo/service-kit';
import { isDeepStrictEqual } from 'node:util';
import { refuseField } from '../refuse-field.ts';
import type { Act } from '../act.ts';
import { placeDetail } from '../place.ts';
import type { BeneficiaryRow } from '../schema.ts';
import { birthDateComplaint, returnComplaint } from './age.ts';
import { contradictions, identityOf } from './identity.ts';
import { detailsOf } from './view.ts';

/** The change that makes or moves a person, with its entry: ids only. */
export function personChange(
  next: Omit<BeneficiaryRow, 'version'>,
  expected: number,
  act: Act,
  detail?: Record<string, unknown>,
): Change {
  const { id, organisationId } = next;
  return {
    kind: 'beneficiary',
    id,
    expected,
    state: next,
    entry: {
      type: expected === 0 ? 'beneficiary.registered.v1' : 'beneficiary.changed.v1',
      data: { beneficiaryId: id, organisationId },
      ...detailWith(act, detail),
      actor: act.actor,
      time: act.time,
      audience: organisationId,
      traceparent: act.traceparent,
    },
  };
}

const detailWith = ({ at }: Act, detail: Record<string, unknown> = {}): { detail?: Record<string, unknown> } => {
  const all = { ...placeDetail(at), ...detail };
  return Object.keys(all).length === 0 ? {} : { detail: all };
};

/** Registers a person once: `known` is whom the organisation already has under the same external identity. */
export function decideRegistration({
  id,
  person,
  known,
  act,
  today,
}: {
  id: string;
  person: NewBeneficiary;
  known: { id: string } | null;
  act: Act;
  today: string;
}): Decision<BeneficiaryRow, Refused> {
  const complaint = person.birthDate === undefined ? null : birthDateComplaint(person.birthDate, today);
  if (complaint !== null) return refuseField('#/birthDate', complaint);
  const wrongReturn = returnComplaint(person.returnedOn, { birthDate: person.birthDate, today });
  if (wrongReturn !== null) return refuseField('#/returnedOn', wrongReturn);
  if (known !== null) return { refuse: refused('already-exists', { extensions: { id: known.id } }) };
  const next = {
    id,
    organisationId: act.organisationId,
    sourceSystem: person.external?.sourceSystem ?? null,
    externalId: person.external?.externalId ?? null,
    ...detailsOf(person),
    registeredAt: act.time,
    rowDigest: null,
    rowBatchId: null,
    earlierRowDigests: null,
    sourceMemory: null,
    identityBeforeRows: null,
    identityConfirmedAt: null,
    isKeptApart: false,
    takenBackAt: null,
  };
  return { record: { changes: [personChange(next, 0, act)] }, result: { ...next, version: 1 } };
}

/** Only what the patch names changes; null takes away. Where it names nothing new, it is a look and no change. */
export function decidePatch({
  row,
  patch,
  act,
  today,
}: {
  row: BeneficiaryRow;
  patch: BeneficiaryPatch;
  act: Act;
  today: string;
}): Decision<BeneficiaryRow, Refused> {
  const complaint = patch.birthDate ? birthDateComplaint(patch.birthDate, today) : null;
  if (complaint !== null) return refuseField('#/birthDate', complaint);
  const wrongReturn = returnComplaintOf(patch, row, today);
  if (wrongReturn !== null) return refuseField(patch.returnedOn ? '#/returnedOn' : '#/birthDate', wrongReturn);
  const { version, ...current } = row;
  const { samePerson, ...details } = patch;
  const changed = { ...current, ...named(details) };
  // Whoever mends who somebody is says who they are: rows are measured by that from now on.
  const isIdentity = !isDeepStrictEqual(identityOf(changed), identityOf(current));
  const isContradicted = contradictions(current, changed).length > 0;
  const next = {
    ...changed,
    identityBeforeRows: isIdentity ? null : current.identityBeforeRows,
    identityConfirmedAt: samePerson === true ? act.time : isContradicted ? null : current.identityConfirmedAt,
  };
  if (isDeepStrictEqual(next, current)) {
    const { actor, time, traceparent } = act;
    const look = {
      kind: 'beneficiary',
      subject: row.id,
      type: 'beneficiary.observed.v1',
      actor,
      time,
      traceparent,
      ...detailWith(act),
    } as const;
    return { record: { observations: [look], guards: [{ kind: 'beneficiary', id: row.id, version }] }, result: row };
  }
  return {
    record: { changes: [personChange(next, version, act, samePerson === true ? confirmedDetail : undefined)] },
    result: { ...next, version: version + 1 },
  };
}

/** Of a patch that names one of the two dates: what it names is looked at beside what is known. */
function returnComplaintOf(
  { returnedOn, birthDate }: BeneficiaryPatch,
  row: BeneficiaryRow,
  today: string,
): string | null {
  if (!returnedOn && !birthDate) return null;
  const complaint = returnComplaint(returnedOn === undefined ? row.returnedOn : returnedOn, {
    birthDate: birthDate === undefined ? row.birthDate : birthDate,
    today,
  });
  return complaint === null || returnedOn ? complaint : 'must not lie behind the day of return';
}

const confirmedDetail = { identityConfirmed: true };

/** Somebody says that the person is the same who consented: the entry says who and when. */
export function decideConfirmation(row: BeneficiaryRow, act: Act): Decision<BeneficiaryRow, Refused> {
  const { version, ...current } = row;
  const next = { ...current, identityConfirmedAt: act.time };
  return {
    record: { changes: [personChange(next, version, act, confirmedDetail)] },
    result: { ...next, version: version + 1 },
  };
}

function named(patch: Omit<BeneficiaryPatch, 'samePerson'>): Partial<BeneficiaryRow> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}
