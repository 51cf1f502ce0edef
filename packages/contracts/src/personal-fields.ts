import type { DisclosedBeneficiary } from './beneficiary.ts';
import { type DataCategory, dataCategoryOfNeed, type NeedCategory } from './codes.ts';
import type { Message } from './message.ts';
import type { Referral } from './referral.ts';
import type { WorklistItem } from './worklist.ts';

/**
 * What of a consent opens a field to whoever a person is referred to: a data category; `need`, that of the need they are referred for, which
 * every consent covers under which a referral is sent; `health-of-need`, health, or that of the need where it is one of health;
 * `instrument`, that of each result by itself; `referrer-alone`, none, for it is the referrer's own; `not-personal`, nothing, for it says
 * what becomes of a referral, by ids and codes.
 */
export type Opening = DataCategory | 'need' | 'health-of-need' | 'instrument' | 'referrer-alone' | 'not-personal';

type NamesIn<Value> = Value extends unknown ? keyof Value : never;
type At<Value, Name> = Value extends unknown ? (Name extends keyof Value ? NonNullable<Value[Name]> : never) : never;

/** Every field of a schema, in whichever of its forms, with what opens it. A part of several fields names each of them. */
type Named<Value> = {
  readonly [Name in NamesIn<Value>]:
    | Opening
    | (At<Value, Name> extends readonly unknown[] | string | number | boolean ? never : Named<At<Value, Name>>);
};

const task = {
  taskId: 'not-personal',
  facilityId: 'not-personal',
  facilityOrganisationId: 'not-personal',
  state: 'not-personal',
} as const;

/**
 * The one table of what is shown of a person, by what of their consent: whatever shows one of these fields asks it. A field that is
 * not in it does not compile, or fails a test that walks every answer of the services.
 */
export const personalFields = {
  DisclosedBeneficiary: {
    id: 'identity',
    givenName: 'identity',
    familyName: 'identity',
    fatherName: 'identity',
    sex: 'identity',
    birthDate: 'identity',
    phone: 'contact',
    language: 'identity',
    accessRequirements: 'identity',
    districtId: 'identity',
    village: 'contact',
  } satisfies Named<DisclosedBeneficiary>,
  Referral: {
    ...task,
    id: 'not-personal',
    version: 'not-personal',
    number: 'not-personal',
    view: 'not-personal',
    previousState: 'not-personal',
    allowedActions: 'not-personal',
    taskNumber: 'not-personal',
    priority: 'not-personal',
    referrerOrganisationId: 'not-personal',
    proposedTo: 'not-personal',
    deskId: 'not-personal',
    offeringId: 'need',
    service: 'need',
    ageBand: 'identity',
    language: 'identity',
    accessRequirements: 'identity',
    districtId: 'identity',
    sharingStopped: 'not-personal',
    consentUnconfirmed: 'not-personal',
    reasonCode: 'not-personal',
    responsible: 'not-personal',
    walkIn: 'not-personal',
    appointmentAt: 'not-personal',
    noShows: 'not-personal',
    dueAt: 'not-personal',
    overdue: 'not-personal',
    sentAt: 'not-personal',
    createdAt: 'not-personal',
    changedAt: 'not-personal',
    result: { attended: 'need', served: 'need', nextSteps: 'need', followUpOn: 'need' },
    outcome: {
      code: 'need',
      findings: 'need',
      barrier: 'need',
      furtherReferral: { service: 'need', note: 'need' },
    },
    needMet: 'need',
    endedTasks: 'not-personal',
    otherOpenReferrals: 'not-personal',
    receipts: 'not-personal',
    details: {
      beneficiaryId: 'identity',
      needCategory: 'need',
      consentId: 'identity',
      safeContact: { method: 'identity', phone: 'contact', note: 'contact' },
      reason: 'need',
      servicesAlreadyGiven: 'health-of-need',
      interpreter: 'identity',
      providerPreferred: 'identity',
      instructions: 'need',
      question: 'need',
      answer: 'need',
      reference: 'referrer-alone',
      psychologicalFirstAid: 'health-of-need',
      returnCountry: 'identity',
      returnedOn: 'identity',
      treatmentInterrupted: 'health-of-need',
      planningSession: { reference: 'identity', goal: 'identity' },
      screenings: 'instrument',
      restrictedNotes: 'health-of-need',
      minor: {
        legalRepresentative: 'contact',
        caregiver: 'contact',
        relationship: 'contact',
        caregiverInformed: 'identity',
        whyNotInformed: 'contact',
      },
    },
  } satisfies Named<Referral>,
  Message: {
    id: 'not-personal',
    referralId: 'not-personal',
    taskId: 'not-personal',
    by: 'not-personal',
    organisationId: 'not-personal',
    actingPerson: 'not-personal',
    text: 'need',
    sentAt: 'not-personal',
  } satisfies Named<Message>,
  WorklistItem: {
    task: 'not-personal',
    why: 'not-personal',
    referral: {
      id: 'not-personal',
      version: 'not-personal',
      number: 'not-personal',
      view: 'not-personal',
      state: 'not-personal',
      priority: 'not-personal',
      facilityId: 'not-personal',
      facilityOrganisationId: 'not-personal',
      deskId: 'not-personal',
      service: 'need',
    },
    since: 'not-personal',
    dueAt: 'not-personal',
    overdue: 'not-personal',
    reroute: 'not-personal',
    responsible: 'not-personal',
    allowedActions: 'not-personal',
  } satisfies Named<WorklistItem>,
} as const;

/** What a consent covers, and the need that somebody is referred for under it; null: it is asked for the person alone. */
export interface Covered {
  categories: readonly DataCategory[];
  need: NeedCategory | null;
}

/** Categories of data that are about health: what is told of it for a need of one of them is opened by that one. */
const ofHealth: readonly DataCategory[] = [
  'health',
  'disability',
  'mhpss',
  'hiv',
  'sexual-violence',
  'substance-use',
  'communicable-disease',
];

/** Whether a consent opens what is opened by this. What each result of a screening asks for is `dataCategoryOfInstrument`. */
export function isOpenedBy(opening: Opening, { categories, need }: Covered): boolean {
  const ofNeed = need === null ? null : dataCategoryOfNeed[need];
  switch (opening) {
    case 'not-personal':
    case 'instrument':
      return true;
    case 'referrer-alone':
      return false;
    case 'need':
      return ofNeed !== null && categories.includes(ofNeed);
    case 'health-of-need':
      return (
        categories.includes('health') || (ofNeed !== null && ofHealth.includes(ofNeed) && categories.includes(ofNeed))
      );
    default:
      return categories.includes(opening);
  }
}

type Part = Opening | { readonly [name: string]: Part };

type Fields = { readonly [name: string]: Part };

/**
 * What a consent opens of something, by its part of the table: what it does not open is null, and of a part of several fields what it does not
 * open is not there. What can be neither must be opened by what is asked of every consent: no answer with a null in its place is ever sent.
 */
export const openedOf = <Value extends object>(value: Value, fields: Fields, covered: Covered): Value =>
  Object.fromEntries(
    Object.entries(value).map(([name, field]: [string, unknown]) => {
      const part = fields[name] ?? null; // what nothing opens is open to nobody
      if (part === null || typeof part === 'string') return [name, part && isOpenedBy(part, covered) ? field : null];
      return [name, isRecord(field) ? partOf(field, part, covered) : field];
    }),
  ) as Value; // of its own entries

const partOf = (value: Record<string, unknown>, fields: Fields, covered: Covered): object =>
  Object.fromEntries(
    Object.entries(openedOf(value, fields, covered)).filter(([name, field]) => field !== null || value[name] === null),
  );

const isRecord = (field: unknown): field is Record<string, unknown> => typeof field === 'object' && field !== null;

/** The categories that opened something of it. */
export const openingCategories = (fields: Readonly<Record<string, Opening>>, { categories }: Covered): DataCategory[] =>
  categories.filter((category) => Object.values(fields).includes(category));
