import { DraftPatch, Id, Referral, type Role } from '@rohnamo/contracts';
import { type Decision, decideAndRecord } from '@rohnamo/journal';
import {
  actorOf,
  allow,
  causeOfKind,
  changeHeaders,
  etagOf,
  hasIfMatch,
  keyOf,
  type ProblemError,
  problemResponses,
  type Refused,
  refused,
  type Server,
  settled,
  versionMismatch,
} from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { referralChange } from '../fact.ts';
import { allowedActions } from '../lifecycle/decide.ts';
import { complaintsAboutDays } from '../lifecycle/given-times.ts';
import { placeOn } from '../lifecycle/new-task.ts';
import { toldAs } from '../lifecycle/told-priority.ts';
import { lookedAt, type Seen, seenBy } from '../look.ts';
import { actingAs } from '../party.ts';
import { viewOf } from '../read/view.ts';
import type { ReferralRow } from '../schema.ts';
import { complaintsAboutAsker, complaintsAboutFit } from '../screening/who-may-use.ts';
import { isEntrusted } from './check-grounds.ts';
import { citedFor } from './citation.ts';
import { usedConsent } from './consent-use.ts';
import { checkedGrounds } from './grounds.ts';
import { formOf, priorityOf, textsNotForThisNeed } from './new-referral.ts';
import { type Told, toldBy, triageOf } from './triage.ts';

/** `PATCH /v1/referrals/{id}`: a draft is completed. What was sent is not changed any more. */
export function registerChangeDraft(app: Server, context: Context): void {
  app.patch(
    '/v1/referrals/:id',
    {
      config: { access: allow({ roles: ['migration-service', 'facility', 'supervisor'], scope: 'referrals:refer' }) },
      schema: {
        tags: ['refer'],
        operationId: 'changeDraft',
        summary: 'Change a draft',
        description:
          'While it is a draft: what you name is changed, null takes away what only helps. It stands on its grounds all the time: name offering and consent together where the organisation changes.',
        headers: changeHeaders,
        params: z.object({ id: Id }),
        body: DraftPatch,
        response: {
          200: Referral,
          ...problemResponses(
            'not-found',
            'illegal-action',
            'version-mismatch',
            'precondition-required',
            'unknown-beneficiary',
            'offering-unavailable',
            'consent-missing',
            'consent-insufficient',
            'desk-missing',
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
      if (!hasIfMatch(request)) throw refused('precondition-required');
      const { row, party } = await change(context, request, { id: request.params.id, asked: request.body });
      return reply.header('etag', etagOf(row.version)).send(viewOf(row, party, { receipts: [], now: context.now() }));
    },
  );
}

async function change(
  context: Context,
  request: FastifyRequest,
  { id, asked }: { id: string; asked: DraftPatch },
): Promise<Seen> {
  const now = context.now();
  const written = await decideAndRecord<ReferralRow | null, Seen, Refused>({
    journal: context.journal,
    key: keyOf(request),
    read: () => context.store.referral(id),
    decide: async (read): Promise<Decision<Seen, Refused>> => {
      const { row, party } = await seenBy(context, request, { id, row: read });
      const mismatch = versionMismatch(request.headers['if-match'], row.version);
      if (mismatch !== null) return mismatch;
      if (row.state !== 'draft' || party.as === 'facility' || party.as === 'successor' || party.as === 'former')
        return {
          refuse: refused('illegal-action', {
            detail: 'Only a draft is changed.',
            extensions: {
              state: row.state,
              allowedActions: party.as === 'former' ? [] : allowedActions(row, actingAs(party), now),
            },
          }),
        };
      const unfit = [
        ...complaintsAbout(asked, { row, role: request.caller.role }),
        ...complaintsAboutDays(asked, { now, calendar: context.limits.calendar }),
      ];
      if (unfit.length > 0) return { refuse: refused('invalid-field', { errors: unfit }) };
      const form = formOf(asked, row.form);
      const screenings = form?.screenings ?? [];
      const check = await checkedGrounds(context, {
        referralId: row.id,
        organisationId: row.referrerOrganisationId,
        beneficiaryId: row.beneficiaryId,
        isEntrusted: isEntrusted(row),
        citation: citedFor(request.caller, row),
        needCategory: asked.needCategory ?? row.needCategory,
        screenings,
        offeringId: asked.offeringId ?? row.offeringId,
        consentId: asked.consentId ?? row.consentId,
        now,
      });
      if ('refuse' in check)
        return {
          refuse: refused(check.refuse, { errors: [{ pointer: check.pointer, detail: causeOfKind(check.refuse) }] }),
        };
      const { consent, offering, person } = check.sound;
      const misfits = complaintsAboutFit(screenings, { offering, person });
      if (misfits.length > 0) return { refuse: refused('invalid-field', { errors: misfits }) };
      const altered = changed(row, asked);
      const next = {
        ...altered,
        ...toldAs(context.limits, altered),
        form,
        ...triageOf(person, told(row, asked)),
        ...placeOn(check.sound),
        changedAt: now,
      };
      return {
        record: {
          changes: [
            referralChange(next, { event: 'referral.draft-changed.v1', before: row, actor: actorOf(request), now }),
          ],
          guards: [{ kind: 'consent', id: consent.id, version: consent.version }],
        },
        result: { row: { ...next, version: row.version + 1 }, party },
      };
    },
  });
  const done = settled(written, usedConsent);
  return done.kind === 'recorded'
    ? done.result
    : lookedAt(context, request, { id, row: await context.store.referral(id) });
}

/** What may not be said of this need, or not by this caller. */
const complaintsAbout = (asked: DraftPatch, { row, role }: { row: ReferralRow; role: Role }): ProblemError[] => [
  ...textsNotForThisNeed({ ...row, ...row.form, ...asked }).map((field) => ({
    pointer: `#/${field}`,
    detail: 'is never recorded of this need: send null',
  })),
  ...complaintsAboutAsker(asked.screenings ?? [], role),
];

/** What the draft says itself of the person's triage, with what was named. */
function told(row: ReferralRow, asked: DraftPatch): Told {
  const before = toldBy(row);
  return {
    language: unlessSaid(asked.language, before.language),
    accessRequirements: unlessSaid(asked.accessRequirements, before.accessRequirements),
  };
}

/** The draft with what was named, but for its form and its triage. */
function changed(row: ReferralRow, asked: DraftPatch): ReferralRow {
  const needCategory = asked.needCategory ?? row.needCategory;
  return {
    ...row,
    needCategory,
    priority: priorityOf({ needCategory, priority: asked.priority ?? row.priority }),
    safeContact: asked.safeContact ?? row.safeContact,
    reference: unlessSaid(asked.reference, row.reference),
    reason: unlessSaid(asked.reason, row.reason),
    servicesAlreadyGiven: unlessSaid(asked.servicesAlreadyGiven, row.servicesAlreadyGiven),
    interpreter: unlessSaid(asked.interpreter, row.interpreter),
    providerPreferred: unlessSaid(asked.providerPreferred, row.providerPreferred),
  };
}

/** Null takes away what was told; what is not sent stays. */
const unlessSaid = <Value>(said: Value | null | undefined, before: Value | null): Value | null =>
  said === undefined ? before : said;
