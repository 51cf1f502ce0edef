import {
  type ActionBody,
  dataCategoryOfNeed,
  DisclosedBeneficiary,
  isSensitive,
  Organisation,
  type ProblemCode,
  type ReferralGrounds,
} from '@rohnamo/contracts';
import type { Guard } from '@rohnamo/journal';
import { type Caller, causeOfKind, Refused, refused } from '@rohnamo/service-kit';
import { settleGone } from '../consent/settle.ts';
import { wordOf } from '../consent/word.ts';
import type { Context } from '../context.ts';
import { citedGrounds, groundsAtRegistry, learn } from '../refer/ask-sources.ts';
import { citedBy } from '../refer/citation.ts';
import type { ReferralRow } from '../schema.ts';
import type { Successor } from './effects.ts';
import { stands } from './sharing.ts';

type Checked<Part> = (Part & { guards: Guard[] }) | { refuse: Refused };

/**
 * Whether a supervisor may ask that organisation to take a case over: another one of the directory, which the person has consented to, by a
 * consent that the supervisor may name, as the registry says at this moment. A sensitive need is refused like a consent that does not cover it: a supervisor is not told which it is.
 * @throws Refused dependency-unavailable
 */
export async function checkedProposal(
  context: Context,
  caller: Caller,
  { row, body, now }: { row: ReferralRow; body: ActionBody<'propose_transfer'>; now: Date },
): Promise<Checked<{ successor: Successor }>> {
  const { organisationId, consentId } = body;
  if (organisationId === row.referrerOrganisationId || organisationId === row.facilityOrganisationId)
    return invalid('must be neither the organisation that refers nor that of the facility');
  const successor = await organisationOf(context, organisationId);
  if (successor === null) return invalid('must be an organisation of the directory');
  const { beneficiaryId } = row;
  const grounds = await citedGrounds(context, { beneficiaryId, consentId, citation: citedBy(caller) });
  const checked = await checkedConsent(context, grounds, { row, organisationId, consentId, now });
  if ('refuse' in checked) return checked;
  const endsAt = grounds.consent?.endsAt ?? null;
  return { ...checked, successor: { ...successor, consentEndsAt: endsAt === null ? null : new Date(endsAt) } };
}

/**
 * Whether the organisation that is asked may take the case over now. Where the consent has gone under which it is asked, that is over. The registry decides on the consent of this moment, and has it in the
 * person's accesses, for their organisation to read, before anything opens.
 * @throws Refused dependency-unavailable
 */
export async function checkedTakeover(
  context: Context,
  { organisationId, clientId, actingPerson }: Caller,
  { row, now }: { row: ReferralRow; now: Date },
): Promise<Checked<object>> {
  const { beneficiaryId, transferConsentId: consentId, id: referralId } = row;
  if (consentId === null) return { refuse: refused('consent-missing') };
  const grounds = await groundsAtRegistry(context, { beneficiaryId, consentId });
  const word = wordOf(grounds, now);
  if (word.kind === 'gone') await settleGone(context, { consentId }, word);
  const checked = await checkedConsent(context, grounds, { row, organisationId, consentId, now });
  if ('refuse' in checked) return checked;
  try {
    await context.registry.call({
      method: 'POST',
      path: '/v1/disclosures',
      body: { beneficiaryId, consentId, referralId, recipientOrganisationId: organisationId, clientId, actingPerson },
      answer: DisclosedBeneficiary,
      passOn: ['consent-missing', 'consent-insufficient'],
    });
  } catch (error) {
    if (error instanceof Refused && (error.code === 'consent-missing' || error.code === 'consent-insufficient'))
      return { refuse: refused(error.code) };
    throw error;
  }
  return checked;
}

async function checkedConsent(
  context: Context,
  grounds: ReferralGrounds,
  { row, organisationId, consentId, now }: { row: ReferralRow; organisationId: string; consentId: string; now: Date },
): Promise<Checked<object>> {
  const lacking = lackOf(grounds, { row, organisationId, now });
  if (lacking !== null)
    return {
      refuse: refused(lacking, { errors: [{ pointer: '#/consentId', detail: causeOfKind(lacking) }] }),
    };
  await learn(context, grounds, now);
  const known = await context.store.consent(consentId);
  if (known === null || !stands(known, now)) return { refuse: refused('consent-missing') };
  return { guards: [{ kind: 'consent', id: consentId, version: known.version }] };
}

function lackOf(
  { consent }: ReferralGrounds,
  { row, organisationId, now }: { row: ReferralRow; organisationId: string; now: Date },
): ProblemCode | null {
  if (consent === null || consent.beneficiaryId !== row.beneficiaryId) return 'consent-missing';
  const endsAt = consent.endsAt === null ? null : new Date(consent.endsAt);
  if (!stands({ state: consent.state, endsAt }, now)) return 'consent-missing';
  const covers =
    !isSensitive(row.needCategory) &&
    consent.purposes.includes('referral') &&
    consent.recipientOrganisationId === organisationId &&
    consent.dataCategories.includes('identity') &&
    consent.dataCategories.includes(dataCategoryOfNeed[row.needCategory]);
  return covers ? null : 'consent-insufficient';
}

const invalid = (detail: string): { refuse: Refused } => ({
  refuse: refused('invalid-field', { errors: [{ pointer: '#/organisationId', detail }] }),
});

async function organisationOf({ directory }: Context, id: string): Promise<Organisation | null> {
  try {
    return await directory.call({ path: `/v1/organisations/${id}`, answer: Organisation, passOn: ['not-found'] });
  } catch (error) {
    if (error instanceof Refused && error.code === 'not-found') return null;
    throw error;
  }
}
