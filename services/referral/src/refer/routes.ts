import { NewReferral, Referral } from '@rohnamo/contracts';
import { type Decision, decideAndRecord, uuidV7 } from '@rohnamo/journal';
import {
  actorOf,
  allow,
  etagOf,
  keyOf,
  problemResponses,
  type Refused,
  refused,
  type Server,
  settled,
  writeHeaders,
} from '@rohnamo/service-kit';
import { randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import { referralChange } from '../fact.ts';
import { newReferralNumber } from '../number.ts';
import { lookedAt } from '../look.ts';
import { partyOf } from '../party.ts';
import { viewOf } from '../read/view.ts';
import type { ReferralRow } from '../schema.ts';
import type { GroundsCheck } from './check-grounds.ts';
import { checkedGrounds } from './grounds.ts';
import { newReferralRow } from './new-referral.ts';

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
          'Person, offering, need, priority (routine unless said), consent and safe contact suffice. With `draft: true` it waits for `submit`.',
        headers: writeHeaders,
        body: NewReferral,
        response: {
          201: Referral,
          ...problemResponses(
            'unknown-beneficiary',
            'offering-unavailable',
            'consent-missing',
            'consent-insufficient',
            'duplicate-referral',
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
      const { body, caller } = request;
      const now = context.now();
      const ids = { id: uuidV7(now.getTime()), taskId: randomUUID() };
      const written = await decideAndRecord<GroundsCheck, ReferralRow, Refused>({
        journal: context.journal,
        key: keyOf(request),
        read: () => checkedGrounds(context, { ...body, organisationId: caller.organisationId, now }),
        decide: (check): Decision<ReferralRow, Refused> => {
          if ('refuse' in check)
            return { refuse: refused(check.refuse, { errors: [{ pointer: check.pointer, detail: 'see title' }] }) };
          const row = newReferralRow(body, check.sound, {
            ...ids,
            number: newReferralNumber(),
            organisationId: caller.organisationId,
            now,
            limits: context.limits,
          });
          const event = body.draft ? 'referral.drafted.v1' : 'referral.sent.v1';
          const { consent } = check.sound;
          return {
            record: {
              changes: [referralChange(row, { event, actor: actorOf(request), now })],
              guards: [{ kind: 'consent', id: consent.id, version: consent.version }],
            },
            result: { ...row, version: 1 },
          };
        },
      });
      const done = settled(written, { referral_open_once: 'duplicate-referral', referral_number: 'contention' });
      const { row, party } =
        done.kind === 'recorded'
          ? { row: done.result, party: partyOf(done.result, caller) ?? 'referrer' }
          : await lookedAt(context, request, { id: done.subject, row: await context.store.referral(done.subject) });
      const receipts = done.kind === 'recorded' ? [] : await context.store.receiptsOf(row.id);
      return reply
        .code(201)
        .header('location', `/v1/referrals/${row.id}`)
        .header('etag', etagOf(row.version))
        .send(viewOf(row, party, { receipts, now }));
    },
  );
}
