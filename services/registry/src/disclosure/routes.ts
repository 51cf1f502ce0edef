import {
  BirthYearAnswer,
  BirthYearQuestion,
  DisclosedBeneficiary,
  DisclosureQuestion,
  HandOverNoted,
  HandOverNotice,
  ReferralGrounds,
  ReferralGroundsQuestion,
} from '@rohnamo/contracts';
import { allow, problemResponses, refused, type Server } from '@rohnamo/service-kit';
import { createConsentStore } from '../consent/store.ts';
import type { Context } from '../context.ts';
import { observe } from '../observe.ts';
import { createPersonStore } from '../person/store.ts';
import { placeDetail } from '../place.ts';
import { actOf } from '../act.ts';
import { birthYearOf, decideDisclosure, groundsOf } from './decide.ts';

const tags = ['internal'];
const access = allow({ roles: ['service'], scope: 'internal' });
/** How often a disclosure is decided anew when the person or the consent moves under it. */
const attemptsMax = 3;

/** What the referral service asks; no client ever does. */
export function disclosureRoutes(server: Server, { journal, pool, calendar, ages, now }: Context): void {
  const persons = createPersonStore(pool);
  const consents = createConsentStore(pool);

  server.post(
    '/v1/referral-grounds',
    {
      config: { access, rateLimited: false },
      schema: {
        tags,
        operationId: 'getReferralGrounds',
        summary: 'What a referral stands on',
        description:
          'The triage profile of a person (the age band of today) and a consent of theirs as it stands, its end reckoned by the birth date that is known now, and where it was recorded: it is for those who work there. null where there is none. Names nobody.',
        body: ReferralGroundsQuestion,
        response: { 200: ReferralGrounds },
      },
    },
    async (request) => {
      const [person, consent] = await Promise.all([
        persons.byId(request.body.beneficiaryId),
        consents.byId(request.body.consentId),
      ]);
      return groundsOf({ person, consent, calendar, ages, now: now() });
    },
  );

  server.post(
    '/v1/birth-years',
    {
      config: { access, rateLimited: false },
      schema: {
        tags,
        operationId: 'getBirthYear',
        summary: 'The year in which a person was born',
        description:
          'For the slip that is printed of a referral: by code and birth year the person asks how it stands. In the journal before the answer leaves.',
        body: BirthYearQuestion,
        response: { 200: BirthYearAnswer, ...problemResponses('overloaded', 'outcome-unknown') },
      },
    },
    async (request) => {
      const { beneficiaryId, referralId, askedBy, at } = request.body;
      const person = await persons.byId(beneficiaryId);
      const detail = { referralId, askedBy, categories: ['identity'], ...placeDetail(at) };
      const type = person === null ? 'beneficiary.denied.v1' : 'beneficiary.observed.v1';
      const look = { kind: 'beneficiary', subject: beneficiaryId, type, detail } as const;
      await observe(journal, look, actOf(request, now()));
      return { birthYear: person === null ? null : birthYearOf(person.birthDate) };
    },
  );

  server.post(
    '/v1/hand-overs',
    {
      config: { access, rateLimited: false },
      schema: {
        tags,
        operationId: 'noteHandOver',
        summary: 'Note that an organisation is given a person’s case',
        description:
          'Before an operator hands it over: the person’s accesses list who has it from then on, and why. In the journal before the answer leaves.',
        body: HandOverNotice,
        response: { 200: HandOverNoted, ...problemResponses('overloaded', 'outcome-unknown') },
      },
    },
    async (request) => {
      const { beneficiaryId, referralId, organisationId, reason } = request.body;
      const who = { recipientOrganisationId: organisationId, clientId: null, actingPerson: null, role: 'operator' };
      const detail = { referralId, ...who, categories: [], reason };
      const look = { kind: 'beneficiary', subject: beneficiaryId, type: 'beneficiary.observed.v1', detail } as const;
      await observe(journal, look, actOf(request, now()));
      return { noted: true as const };
    },
  );

  server.post(
    '/v1/disclosures',
    {
      config: { access, rateLimited: false },
      schema: {
        tags,
        operationId: 'discloseBeneficiary',
        summary: 'Disclose a person’s details to a facility that has accepted them',
        description:
          'Decided on the consent of this moment, given by who the person is or confirmed to be the same, and in the journal before the answer leaves. Telephone number and village only where contact is covered.',
        body: DisclosureQuestion,
        response: {
          200: DisclosedBeneficiary,
          ...problemResponses(
            'consent-missing',
            'consent-insufficient',
            'identity-unconfirmed',
            'contention',
            'overloaded',
            'outcome-unknown',
          ),
        },
      },
    },
    async (request) => {
      const question = request.body;
      const { clientId, actingPerson, referralId, recipientOrganisationId, consentId, at } = question;
      for (let attempt = 1; attempt <= attemptsMax; attempt++) {
        const act = actOf(request, now());
        const [person, consent] = await Promise.all([
          persons.byId(question.beneficiaryId),
          consents.byId(question.consentId),
        ]);
        const decision = decideDisclosure({ question, person, consent, calendar, ages, now: act.time });
        const asked = { clientId, actingPerson, referralId, recipientOrganisationId, consentId, ...placeDetail(at) };
        if ('refuse' in decision) {
          const detail = { ...asked, reason: decision.refuse };
          const denied = {
            kind: 'beneficiary',
            subject: question.beneficiaryId,
            type: 'beneficiary.denied.v1',
          } as const;
          await observe(journal, { ...denied, detail }, act);
          throw refused(decision.refuse);
        }
        const detail = { ...asked, categories: decision.categories };
        const leansOn = { beneficiary: person, consent };
        const guards = Object.entries(leansOn).flatMap(([kind, row]) =>
          row === null ? [] : [{ kind, id: row.id, version: row.version }],
        );
        const look = {
          kind: 'beneficiary',
          subject: decision.disclose.id,
          type: 'beneficiary.observed.v1',
          detail,
        } as const;
        if (await observe(journal, look, { ...act, guards })) return decision.disclose;
      }
      throw refused('contention');
    },
  );
}
