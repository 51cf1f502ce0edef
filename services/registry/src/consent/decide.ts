import type { ConsentGiver, DataCategory, NewConsent } from '@rohnamo/contracts';
import type { Change, Decision } from '@rohnamo/journal';
import { type Refused, refused } from '@rohnamo/service-kit';
import { refuseField } from '../refuse-field.ts';
import type { Act } from '../act.ts';
import { placeDetail } from '../place.ts';
import { ageOn, dayOfAge } from '../person/age.ts';
import { type Identity, identityOf } from '../person/identity.ts';
import type { Calendar } from '../person/calendar.ts';
import type { BeneficiaryRow, ConsentRow } from '../schema.ts';

/** The ages at which the rules change. What law or policy sets them is the country's; the strictest that applies decides. */
export interface ConsentAges {
  /** From here a child is asked beside the caregiver. */
  assent: number;
  /** From here a minor consents in person. */
  own: number;
  adult: number;
}

/**
 * Who may consent for whom (domain page, "Consent"). An age that is not known is nobody's own word: until at least a year of
 * birth is on record, only a child-protection worker with a best-interest reason may consent. A small child's assent is never too much.
 */
function allowedGivers(age: number | null, ages: ConsentAges): readonly ConsentGiver[] {
  if (age === null) return ['child-protection-worker'];
  if (age >= ages.adult) return ['self'];
  if (age >= ages.own) return ['self', 'self-with-caregiver', 'child-protection-worker'];
  if (age >= ages.assent) return ['caregiver-with-assent', 'child-protection-worker'];
  return ['caregiver', 'caregiver-with-assent', 'child-protection-worker'];
}

/** What an age is reckoned by. */
export interface Reckoning {
  calendar: Calendar;
  ages: ConsentAges;
}

/**
 * Until when a consent stands, by the birth date that is known now, which may have been recorded or mended since it was given;
 * null: without end. What was given while a minor ends on the day they come of age. Of a giver who by that date was not to be
 * asked it never stood: it ended when it was given, and they are asked again.
 */
export function standsUntil(
  { givenBy, givenAt, endsAt }: Pick<ConsentRow, 'givenBy' | 'givenAt' | 'endsAt'>,
  birthDate: string | null,
  reckoning: Reckoning,
): Date | null {
  const age = ageAt(birthDate, givenAt, reckoning);
  return allowedGivers(age, reckoning.ages).includes(givenBy)
    ? earlier(endsAt, comingOfAge(birthDate, age, reckoning))
    : givenAt;
}

/** The first of a person's consents that has not ended; null where all have. */
export const firstStanding = (
  consents: readonly ConsentRow[],
  { birthDate, now, ...reckoning }: Reckoning & { birthDate: string | null; now: Date },
): ConsentRow | null =>
  consents.find((given) => {
    const end = standsUntil(given, birthDate, reckoning);
    return end === null || end > now;
  }) ?? null;

const ageAt = (birthDate: string | null, instant: Date, { calendar }: Reckoning): number | null =>
  birthDate === null ? null : ageOn(birthDate, calendar.dayOf(instant));

/** When somebody of an age comes of age; null of an adult, and where no birth date is known. */
const comingOfAge = (birthDate: string | null, age: number | null, { calendar, ages }: Reckoning): Date | null =>
  birthDate === null || age === null || age >= ages.adult ? null : calendar.startOf(dayOfAge(birthDate, ages.adult));

/** Given per referral and recipient, never in bulk: such a consent names this one category, and at most identity and contact beside it. */
const namedAlone = ['sexual-violence', 'trafficking'] as const satisfies readonly DataCategory[];
const besideAny: readonly DataCategory[] = ['identity', 'contact'];

export interface ConsentQuestion extends Reckoning {
  id: string;
  person: Pick<BeneficiaryRow, 'id' | 'version'> & Identity;
  /** The consent by which the person is in the care of who records this one; null where they registered the person. */
  entrustedBy: Pick<ConsentRow, 'id' | 'version'> | null;
  request: NewConsent;
  act: Act;
}

/**
 * Whether this person can give this consent now, in that way. It leans on the person as read, and on the
 * consent that entrusts them: where the birth date is mended or that consent withdrawn meanwhile, it is decided again. What a minor's consent allows ends on the day they come of age: then they are asked again.
 */
export function decideConsent({
  id,
  person,
  entrustedBy,
  request,
  act,
  calendar,
  ages,
}: ConsentQuestion): Decision<ConsentRow, Refused> {
  const age = ageAt(person.birthDate, act.time, { calendar, ages });
  const refusal =
    refuseGiver(request, age, ages) ??
    refuseCategories(request) ??
    refuseDesk(request, act) ??
    refuseEnd(request, act.time);
  if (refusal !== null) return refusal;
  const comesOfAge = comingOfAge(person.birthDate, age, { calendar, ages });
  const next = {
    id,
    beneficiaryId: person.id,
    organisationId: act.organisationId,
    ...recordedAt(request, act),
    state: 'active' as const,
    purposes: request.purposes,
    recipientOrganisationId: request.recipientOrganisationId,
    dataCategories: request.dataCategories,
    method: request.method,
    givenBy: request.givenBy,
    giverName: request.giverName ?? null,
    bestInterestReason: request.bestInterestReason ?? null,
    witness: request.witness ?? null,
    languageRead: request.languageRead,
    textVersion: request.textVersion,
    endsAt: earlier(request.endsAt === undefined ? null : new Date(request.endsAt), comesOfAge),
    givenAt: act.time,
    identity: identityOf(person),
    withdrawnAt: null,
  };
  return {
    record: {
      changes: [consentChange(next, 0, act)],
      guards: [
        { kind: 'beneficiary', id: person.id, version: person.version },
        ...(entrustedBy === null ? [] : [{ kind: 'consent', id: entrustedBy.id, version: entrustedBy.version }]),
      ],
    },
    result: { ...next, version: 1 },
  };
}

/** A consent is withdrawn once. `at`: when the person said so, where that was before it came here. */
export function decideWithdrawal(
  row: ConsentRow,
  act: Act,
  { at = act.time, bySlip }: BySlip = {},
): Decision<ConsentRow, Refused> {
  if (row.state === 'withdrawn') {
    return {
      refuse: refused('illegal-action', { detail: 'It was withdrawn before.', extensions: { allowedActions: [] } }),
    };
  }
  const { version, ...current } = row;
  const next = { ...current, state: 'withdrawn' as const, withdrawnAt: at < act.time ? at : act.time };
  return {
    record: { changes: [consentChange(next, version, act, bySlip)] },
    result: { ...next, version: version + 1 },
  };
}

/** By which slip a person has withdrawn it themselves. */
interface BySlip {
  at?: Date;
  bySlip?: { slipId: string; referralId: string; route: string };
}

/** The entry names no data category: which ones a consent covers already tells what a person needs. */
function consentChange(
  next: Omit<ConsentRow, 'version'>,
  expected: number,
  act: Act,
  bySlip?: BySlip['bySlip'],
): Change {
  const { id, beneficiaryId, recipientOrganisationId, purposes, state, organisationId, method, givenBy } = next;
  return {
    kind: 'consent',
    id,
    expected,
    state: next,
    entry: {
      type: state === 'active' ? 'consent.given.v1' : 'consent.withdrawn.v1',
      data: { consentId: id, beneficiaryId, recipientOrganisationId, purposes, state },
      detail: { method, givenBy, ...placeDetail(act.at), ...bySlip },
      actor: act.actor,
      time: act.time,
      audience: organisationId,
      traceparent: act.traceparent,
    },
  };
}

type Refusing = { refuse: Refused } | null;

function refuseGiver(
  { givenBy, giverName, bestInterestReason }: NewConsent,
  age: number | null,
  ages: ConsentAges,
): Refusing {
  const allowed = allowedGivers(age, ages);
  if (!allowed.includes(givenBy)) {
    const unknown = 'somebody whose age is not known: record at least the year of birth first, or';
    const errors = [
      { pointer: '#/givenBy', detail: `for ${age === null ? unknown : 'this age:'} ${allowed.join(' or ')}` },
    ];
    return { refuse: refused(age !== null && age >= ages.adult ? 'invalid-field' : 'guardian-required', { errors }) };
  }
  const missing = [
    ...(givenBy !== 'self' && giverName === undefined ? ['giverName'] : []),
    ...(givenBy === 'child-protection-worker' && bestInterestReason === undefined ? ['bestInterestReason'] : []),
  ];
  if (missing.length === 0) return null;
  const errors = missing.map((field) => ({ pointer: `#/${field}`, detail: `is required where givenBy is ${givenBy}` }));
  return { refuse: refused('guardian-required', { errors }) };
}

function refuseCategories({ dataCategories }: NewConsent): Refusing {
  const alone = namedAlone.find((category) => dataCategories.includes(category));
  if (alone === undefined) return null;
  return dataCategories.every((category) => category === alone || besideAny.includes(category))
    ? null
    : refuseField(
        '#/dataCategories',
        `${alone} stands alone, with identity and contact at most: ask for each referral by itself`,
      );
}

/** Where it is recorded: at the desk that it names, or at all that the token names. */
const recordedAt = ({ deskId }: NewConsent, { at }: Act): Pick<ConsentRow, 'facilityIds' | 'deskIds'> => ({
  facilityIds: [...(at?.facilityIds ?? [])],
  deskIds: deskId === undefined ? [...(at?.deskIds ?? [])] : [deskId],
});

const refuseDesk = ({ deskId }: NewConsent, { at }: Act): Refusing =>
  deskId === undefined || at?.deskIds.includes(deskId) === true
    ? null
    : refuseField('#/deskId', 'must be one of the desks that your token names');

/** What a person was read must be known, or nobody can tell later what they consented to. */
export const refuseText = ({ textVersion }: NewConsent, known: readonly string[]): Refusing =>
  known.includes(textVersion)
    ? null
    : refuseField('#/textVersion', `must be a text that this installation knows: ${known.join(', ')}`);

const refuseEnd = ({ endsAt }: NewConsent, now: Date): Refusing =>
  endsAt === undefined || Date.parse(endsAt) > now.getTime() ? null : refuseField('#/endsAt', 'must lie in the future');

const earlier = (a: Date | null, b: Date | null): Date | null => (a === null ? b : b === null ? a : a < b ? a : b);
