import { DataCategory, NeedCategory, type Referral, ReferralState } from '@rohnamo/contracts';
import { expect, it } from 'vitest';
import { aReferralRow } from '../../test/a-referral-row.ts';
import { endedTask } from '../lifecycle/new-task.ts';
import type { ClientParty } from '../party.ts';
import type { ReferralRow } from '../schema.ts';
import { viewOf } from './view.ts';

const now = new Date('2026-11-24T06:00:00.000Z');

/** A referral of which everything that can be told has been told. */
const told = (state: ReferralState, needCategory: NeedCategory): ReferralRow => ({
  ...aReferralRow({ state, needCategory }),
  previousState: state === 'cancel_requested' ? 'accepted' : null,
  responsible: 'nurse-3',
  deskId: '01934b6e-7c1a-7e2f-9d3b-0000000000de',
  servicesAlreadyGiven: 'a splint',
  interpreter: 'tg',
  providerPreferred: 'woman',
  form: {
    psychologicalFirstAid: true,
    returnCountry: 'RU',
    returnedOn: '2026-10-01',
    treatmentInterrupted: 'a cast',
    planningSession: { reference: 'S-7' },
    restrictedNotes: 'notes',
    minor: { legalRepresentative: 'an aunt', caregiver: 'an uncle', caregiverInformed: true },
    screenings: [
      {
        instrument: 'who-5',
        version: '1998',
        language: 'en',
        answeredOn: '2026-11-20',
        answers: [1, 1, 1, 1, 1],
        score: 20,
      },
    ],
  },
  consentPurposes: ['referral', 'feedback', 'follow-up'],
  consentCategories: DataCategory.options,
  reasonCode: 'unsafe',
  appointmentAt: now,
  instructions: 'Room 4',
  question: 'Which hand?',
  answer: 'The left',
  attended: true,
  outcome: 'treated',
  findings: 'a fracture',
  nextSteps: 'rest',
  followUpOn: '2026-12-01',
  barrier: 'transport',
  furtherReferral: { service: 'rehabilitation', note: null },
  needMet: true,
  closedAt: state === 'closed' ? now : null,
});

const roles: Record<string, (row: ReferralRow) => ClientParty> = {
  referrer: () => ({ as: 'referrer' }),
  facility: () => ({ as: 'facility' }),
  supervisor: () => ({ as: 'supervisor', of: ['referrer'] }),
  former: (row) => ({ as: 'former', task: endedTask(row, { state: 'same', now }), supervises: false }),
};
/** Every variation that changes what a role sees beside state and need. */
const variations: Record<string, Partial<ReferralRow>> = {
  '': {},
  ', a health provider refers': { referrerKind: 'health-provider' },
  ', to a place of legal aid': { facilityKind: 'legal-aid' },
  ', a consent to identity and need alone': { consentCategories: null },
  ', sharing stopped': { sharingStopped: true },
  ', consent unconfirmed': { consentUnconfirmedSince: now },
};

const namesIn = (value: object, prefix = ''): string[] =>
  Object.entries(value).flatMap(([name, part]) => {
    if (part === null || part === undefined || (Array.isArray(part) && part.length === 0)) return [];
    const isOfSeveral =
      typeof part === 'object' && !Array.isArray(part) && ['result', 'outcome', 'details'].includes(name);
    return isOfSeveral ? namesIn(part as object, `${name}.`) : [`${prefix}${name}`];
  });
const words = (seen: Referral): string => `${seen.view}, ${seen.service ?? 'no service'}: ${namesIn(seen).join(' ')}`;

it('what each role sees of each state and need is what was reviewed', async () => {
  const lines = Object.entries(roles).flatMap(([role, partyIn]) =>
    Object.entries(variations).flatMap(([variation, other]) =>
      ReferralState.options.flatMap((state) => {
        const byWords = Map.groupBy(NeedCategory.options, (need) => {
          const row = { ...told(state, need), ...other };
          return words(viewOf(row, partyIn(row), { receipts: [], now }));
        });
        return [...byWords].map(([seen, needs]) => `${role}${variation} | ${state} | ${needs.join(' ')}\n    ${seen}`);
      }),
    ),
  );
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('./view-of-each.snapshot.txt');
});
