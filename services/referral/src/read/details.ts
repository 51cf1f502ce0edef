import {
  type Covered,
  dataCategoryOfInstrument,
  dataCategoryOfNeed,
  type FacilityKind,
  openedOf,
  personalFields,
  type Referral,
  type SafeContact,
} from '@rohnamo/contracts';
import type { ReferralForm } from '../schema.ts';
import { interpreted } from '../screening/score.ts';
import { isForAnybody } from '../screening/who-may-use.ts';
import type { ShownRow } from './shown-row.ts';

type Details = NonNullable<Referral['details']>;

const nothingTold: ReferralForm = {
  psychologicalFirstAid: null,
  returnCountry: null,
  returnedOn: null,
  treatmentInterrupted: null,
  planningSession: null,
  restrictedNotes: null,
  minor: null,
};

const detailsOf = (row: ShownRow): Details => ({
  beneficiaryId: row.beneficiaryId,
  needCategory: row.needCategory,
  consentId: row.consentId,
  safeContact: row.safeContact,
  reason: row.reason,
  servicesAlreadyGiven: row.servicesAlreadyGiven,
  interpreter: row.interpreter,
  providerPreferred: row.providerPreferred,
  instructions: row.instructions,
  question: row.question,
  answer: row.answer,
  reference: row.reference,
  ...(row.form ?? nothingTold),
  screenings: row.form?.screenings?.map(interpreted) ?? null,
});

/** To who refers: what was written, but for what is clinical to whoever neither wrote it nor provides health care. */
export const detailsForReferrer = (row: ShownRow): Details =>
  mayReadClinical(row) ? detailsOf(row) : withoutClinical(detailsOf(row));

/** To the facility that has taken the person on: what the consent opens, and what was noted for health staff where it delivers health care. */
export const detailsForFacility = (row: ShownRow): Details => ({
  ...openedDetailsOf(row),
  ...(deliversHealth(row.facilityKind) ? {} : { restrictedNotes: null, screenings: null }),
});

/** What the consent opens of the details to the facility, by the one table of personal fields. */
function openedDetailsOf(row: ShownRow): Details {
  const covered = coveredBy(row);
  const opened = openedOf(detailsOf(row), personalFields.Referral.details, covered);
  const screenings = opened.screenings?.filter(({ instrument }) =>
    covered.categories.includes(dataCategoryOfInstrument[instrument]),
  );
  return { ...opened, safeContact: reachable(opened.safeContact), screenings: screenings?.length ? screenings : null };
}

/** Of a consent that is not known any more, what every one covers under which a referral is sent. */
const coveredBy = ({ consentCategories, needCategory, form }: ShownRow): Covered => ({
  need: needCategory,
  categories: consentCategories ?? [
    'identity',
    dataCategoryOfNeed[needCategory],
    ...(form?.screenings ?? []).map(({ instrument }) => dataCategoryOfInstrument[instrument]),
  ],
});

/** Whose telephone number is not opened is reached through who referred them. */
const reachable = (contact: SafeContact): SafeContact =>
  contact.method === 'phone' && contact.phone === undefined ? { method: 'through-referrer' } : contact;

/** What was asked and noted for health staff is read by health providers, and by whoever wrote it. */
const mayReadClinical = ({ referrerKind, writtenBy }: ShownRow): boolean =>
  referrerKind === 'health-provider' || writtenBy === null;

/** Not even that there was something of the kind. */
function withoutClinical(details: Details): Details {
  const screenings = details.screenings?.filter(({ instrument }) => isForAnybody(instrument)) ?? [];
  return { ...details, restrictedNotes: null, screenings: screenings.length > 0 ? screenings : null };
}

/** Kinds of facility that deliver something other than health care. */
const otherThanHealth: readonly (FacilityKind | null)[] = [
  null,
  'psychosocial-point',
  'training-centre',
  'legal-aid',
  'shelter',
];
const deliversHealth = (kind: FacilityKind | null): boolean => !otherThanHealth.includes(kind);
