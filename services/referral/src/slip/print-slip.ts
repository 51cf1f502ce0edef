import { BirthYearAnswer, type BirthYearQuestion, type Facility, type SlipLanguage } from '@rohnamo/contracts';
import { uuidV7 } from '@rohnamo/journal';
import { actorOf, currentTrace, refused } from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { allowedActions } from '../lifecycle/decide.ts';
import { denied, type Seen, seenBy } from '../look.ts';
import { refersIn } from '../party.ts';
import { askDirectory } from '../refer/ask-sources.ts';
import type { ReferralRow, SlipRow } from '../schema.ts';
import { type SlipContent, slipOf } from './decide.ts';
import type { SlipFonts } from './fonts.ts';
import { slipPdf } from './pdf.ts';
import { newSlipToken, proofHashOf, tokenHashOf } from './token.ts';

/**
 * Prints a slip of a referral for whoever refers, with a token of its own that is kept as a hash alone. The slip is in the
 * journal, and so is the look at the referral, before the paper leaves.
 * @throws Refused not-found, illegal-action, slip-confidential, consent-missing, dependency-unavailable
 */
export async function printSlip(
  context: Context,
  request: FastifyRequest,
  {
    id,
    language,
    statusUrl,
    fonts,
  }: { id: string; language: SlipLanguage; statusUrl: string | undefined; fonts: SlipFonts },
): Promise<Buffer> {
  const now = context.now();
  const seen = await seenBy(context, request, { id, row: await context.store.referral(id) });
  if (!refersIn(seen.party)) throw await denied(context, request, { id, code: 'not-found' });
  const content = contentOf(seen, await facilityOf(context, seen.row), now);
  const birthYear = await birthYearOf(context, request, seen.row);
  const token = newSlipToken();
  const pdf = await slipPdf({ content, language, token, statusUrl, issuedAt: now }, fonts);
  await record(context, request, {
    id: uuidV7(now.getTime()),
    referralId: id,
    taskId: seen.row.taskId,
    tokenHash: tokenHashOf(token),
    proofHash: birthYear === null ? null : proofHashOf(token, birthYear),
    issuedAt: now,
    withdrawnConsentId: null,
    withdrawnAt: null,
    tellRegistryAt: null,
  });
  return pdf;
}

function contentOf({ row }: Seen, facility: Facility, now: Date): SlipContent {
  const verdict = slipOf(row, facility, now);
  if ('say' in verdict) return verdict.say;
  if (verdict.refuse !== 'illegal-action') throw refused(verdict.refuse);
  const { state } = verdict;
  throw refused('illegal-action', { extensions: { state, allowedActions: allowedActions(row, ['referrer'], now) } });
}

/** As the directory last told it. @throws Refused dependency-unavailable where it is not known and cannot be asked */
async function facilityOf(context: Context, { facilityId, offeringId }: ReferralRow): Promise<Facility> {
  const known = await context.store.facility(facilityId);
  if (known !== null) return known.record;
  await askDirectory(context, offeringId);
  const asked = await context.store.facility(facilityId);
  if (asked === null) throw refused('dependency-unavailable');
  return asked.record;
}

/** null where the registry does not know it. @throws Refused dependency-unavailable where the registry does not answer */
async function birthYearOf(context: Context, { caller }: FastifyRequest, row: ReferralRow): Promise<number | null> {
  const { organisationId, clientId, role, actingPerson, facilityIds, deskIds } = caller;
  const question: BirthYearQuestion = {
    beneficiaryId: row.beneficiaryId,
    referralId: row.id,
    askedBy: { organisationId, clientId, role, actingPerson },
    at: { facilityIds: [...facilityIds], deskIds: [...deskIds] },
  };
  const { birthYear } = await context.registry.call({
    method: 'POST',
    path: '/v1/birth-years',
    body: question,
    answer: BirthYearAnswer,
  });
  return birthYear;
}

async function record({ journal }: Context, request: FastifyRequest, slip: Omit<SlipRow, 'version'>): Promise<void> {
  const { id, referralId, issuedAt: time } = slip;
  const common = { actor: actorOf(request), time, traceparent: currentTrace() ?? null };
  const outcome = await journal.record({
    changes: [
      {
        kind: 'slip',
        id,
        expected: 0,
        state: slip,
        entry: { ...common, type: 'slip.issued.v1', data: { slipId: id, referralId } },
      },
    ],
    observations: [
      { ...common, kind: 'referral', subject: referralId, type: 'referral.observed.v1', detail: { slipId: id } },
    ],
  });
  if (outcome.kind !== 'recorded') throw refused('dependency-unavailable');
}
