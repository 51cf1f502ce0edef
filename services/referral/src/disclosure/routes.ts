import { DisclosedBeneficiary, Id } from '@rohnamo/contracts';
import { allow, problemResponses, type Server } from '@rohnamo/service-kit';
import { z } from 'zod';
import { askAndSettle, confirm } from '../consent/settle.ts';
import type { Context } from '../context.ts';
import { confirmed } from '../lifecycle/confirmation.ts';
import { denied, noteLook, seenBy } from '../look.ts';
import { detailsOpen } from '../read/view.ts';

/**
 * `GET /v1/referrals/{id}/beneficiary`: the one way to a person's details. The registry is asked at that moment whether the
 * consent still stands, and without its yes nothing is shown. The look is in the trail before the answer leaves.
 */
export function registerDisclosure(app: Server, context: Context): void {
  app.get(
    '/v1/referrals/:id/beneficiary',
    {
      config: { access: allow({ roles: ['facility'], scope: 'referrals:answer' }) },
      schema: {
        tags: ['read'],
        operationId: 'getReferralBeneficiary',
        summary: 'Read the person’s details',
        description:
          'Open to the facility from acceptance to 30 days after closing, while consent stands, which the registry is asked at that moment. Every look is recorded.',
        params: z.object({ id: Id }),
        response: {
          200: DisclosedBeneficiary,
          ...problemResponses('not-found', 'details-closed', 'dependency-unavailable'),
        },
      },
    },
    async (request) => {
      const { caller } = request;
      const now = context.now();
      const { id } = request.params;
      const seen = await seenBy(context, request, { id, row: await context.store.referral(id) });
      const { row, party } = seen;
      if (party.as !== 'facility') throw await denied(context, request, { id, code: 'not-found' });
      // Whether the consent stands is asked now, also where nobody could say so when the person was taken on.
      if (!detailsOpen({ ...row, ...confirmed }, now))
        throw await denied(context, request, { id, code: 'details-closed' });
      const disclosed = await context.registry
        .call({
          method: 'POST',
          path: '/v1/disclosures',
          body: {
            beneficiaryId: row.beneficiaryId,
            consentId: row.consentId,
            referralId: row.id,
            recipientOrganisationId: caller.organisationId,
            clientId: caller.clientId,
            actingPerson: caller.actingPerson,
            at: { facilityIds: [row.facilityId], deskIds: row.deskId === null ? [] : [row.deskId] },
          },
          answer: DisclosedBeneficiary,
          passOn: ['consent-missing', 'consent-insufficient', 'identity-unconfirmed'],
        })
        .catch(async (error: unknown) => {
          if (isRefusal(error, 'identity-unconfirmed')) {
            const detail =
              'The record of this person has changed since they consented. Ask the referrer to confirm that it is the same person: until then nothing is shown.';
            throw await denied(context, request, { id, code: 'details-closed', detail });
          }
          if (!isRefusal(error, 'consent-missing', 'consent-insufficient')) throw error;
          await askAndSettle(context, row);
          throw await denied(context, request, { id, code: 'details-closed' });
        });
      if (row.consentUnconfirmedSince !== null) await confirm(context, row, { endsAt: row.consentEndsAt });
      await noteLook(context, request, seen);
      return disclosed;
    },
  );
}

const isRefusal = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));
