import { NewReferral, Referral } from '@rohnamo/contracts';
import { allow, etagOf, keyOf, problemResponses, type Server, writeHeaders } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import { noteLook } from '../look.ts';
import { besideOf } from '../read/beside.ts';
import { viewOf } from '../read/view.ts';
import { refer } from './refer.ts';

/** `POST /v1/referrals`: six fields suffice. It is sent at once unless it is a draft, and either way stands on its grounds. */
export function registerRefer(app: Server, context: Context): void {
  app.post(
    '/v1/referrals',
    {
      config: { access: allow({ roles: ['migration-service', 'facility', 'supervisor'], scope: 'referrals:refer' }) },
      schema: {
        tags: ['refer'],
        operationId: 'createReferral',
        summary: 'Refer a person to a service',
        description:
          'Person, offering, need, priority (routine unless said), consent and safe contact suffice. With `draft: true` it waits for `submit`. A facility records who came by themselves with `walkIn: true`, and refers onward whom it was sent with `onwardOf`.',
        headers: writeHeaders,
        body: NewReferral,
        response: {
          201: Referral,
          ...problemResponses(
            'unknown-beneficiary',
            'offering-unavailable',
            'consent-missing',
            'consent-insufficient',
            'desk-missing',
            'duplicate-referral',
            'already-exists',
            'not-found',
            'idempotency-key-reused',
            'contention',
            'dependency-unavailable',
            'overloaded',
            'outcome-unknown',
          ),
        },
      },
    },
    async (request, reply) => {
      const referred = await refer(context, request, { asked: request.body, key: keyOf(request) });
      const { row, party, isRepeat } = referred;
      if (isRepeat) await noteLook(context, request, referred);
      const beside = isRepeat ? await besideOf(context, referred) : { receipts: [], now: context.now() }; // of a new one nobody was told
      const view = viewOf(row, party, beside);
      return reply
        .code(201)
        .header('location', `/v1/referrals/${row.id}`)
        .header('etag', etagOf(view.version))
        .send(view);
    },
  );
}
