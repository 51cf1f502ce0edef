import { WithdrawalBySlip, WithdrawalKept } from '@rohnamo/contracts';
import { type Actor, decideAndRecord } from '@rohnamo/journal';
import { allow, problemResponses, refused, type Server, settled } from '@rohnamo/service-kit';
import { actOf } from '../act.ts';
import type { Context } from '../context.ts';
import { decideWithdrawal } from './decide.ts';
import { createConsentStore } from './store.ts';

/** The person, who has a slip and no client. */
const person: Actor = { kind: 'client', clientId: null, organisationId: null, role: null, actingPerson: null };

/** What the person asked, as the list of accesses shows it. */
const route = 'POST /v1/status/withdraw';

/** `POST /v1/consent-withdrawals`: that a person has withdrawn a consent by their slip. Told again, it changes nothing. */
export function withdrawalBySlipRoute(server: Server, { journal, pool, now }: Context): void {
  const consents = createConsentStore(pool);

  server.post(
    '/v1/consent-withdrawals',
    {
      config: { access: allow({ roles: ['service'], scope: 'internal' }), rateLimited: false },
      schema: {
        tags: ['internal'],
        operationId: 'keepWithdrawalBySlip',
        summary: 'Keep that a person has withdrawn a consent by their slip',
        description:
          'As of when they said so. The entry names the person as who did it, and the slip by its id. Told again, it changes nothing.',
        body: WithdrawalBySlip,
        response: { 200: WithdrawalKept, ...problemResponses('contention', 'overloaded', 'outcome-unknown') },
      },
    },
    async (request) => {
      const { beneficiaryId, consentId, slipId, referralId, withdrawnAt } = request.body;
      const { time, traceparent, organisationId } = actOf(request, now());
      const act = { actor: person, organisationId, time, traceparent };
      const found = await consents.byId(consentId);
      if (found?.beneficiaryId !== beneficiaryId) return { isWithdrawn: false };
      if (found.state === 'withdrawn') return { isWithdrawn: true };
      const written = await decideAndRecord({
        journal,
        read: () => consents.byId(consentId),
        decide: (row) =>
          row === null
            ? { refuse: refused('not-found') }
            : decideWithdrawal(row, act, { at: new Date(withdrawnAt), bySlip: { slipId, referralId, route } }),
      });
      // That somebody else has withdrawn it meanwhile is what the person wants.
      if (written.kind !== 'refused') settled(written);
      return { isWithdrawn: true };
    },
  );
}
