import { distinct, GivenTimestamp, Id, Priority, Referral, ReferralState } from '@rohnamo/contracts';
import {
  allow,
  decodeCursor,
  etagOf,
  page,
  pageOf,
  PageQuery,
  problemResponses,
  type Server,
} from '@rohnamo/service-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { currentPartyOf, noteList, noteLook, seenBy } from '../look.ts';
import { boundOf } from '../party.ts';
import { besideWithDoubles } from './beside.ts';
import { viewOf } from './view.ts';

const readers = allow({ roles: ['migration-service', 'facility', 'supervisor'], scope: 'referrals:read' });

const ListQuery = PageQuery.extend({
  state: z
    .string()
    .transform((list) => list.split(','))
    .pipe(distinct(ReferralState).min(1))
    .optional()
    .describe('One state, or several with commas between')
    .meta({ examples: ['sent,acknowledged'] }),
  facilityId: Id.optional().describe('Only those to this facility'),
  priority: Priority.optional().describe('Only those of this priority'),
  reference: z.string().min(1).max(64).optional().describe('Your own reference, as you gave it'),
  proposed: z
    .enum(['true'])
    .optional()
    .describe(
      'Only cases that an organisation is asked to take over: yours, which another is asked, and those you are asked',
    ),
  overdue: z.enum(['true']).optional().describe('Only those whose next answer is overdue'),
});

/** `GET /v1/referrals/{id}` and `GET /v1/referrals`: each caller sees what is theirs, in their view of it. */
export function registerRead(app: Server, context: Context): void {
  app.get(
    '/v1/referrals/:id',
    {
      config: { access: readers },
      schema: {
        tags: ['read'],
        operationId: 'getReferral',
        summary: 'Read a referral',
        description:
          'The view says what you see: triage before acceptance, details after it; the referrer’s own; a supervisor’s states, times and codes.',
        params: z.object({ id: Id }),
        response: { 200: Referral, ...problemResponses('not-found') },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const seen = await seenBy(context, request, { id, row: await context.store.referral(id) });
      const [beside] = await Promise.all([
        besideWithDoubles(context, seen, request.caller),
        noteLook(context, request, seen),
      ]);
      const view = viewOf(seen.row, seen.party, beside);
      return reply.header('etag', etagOf(view.version)).send(view);
    },
  );

  app.get(
    '/v1/referrals',
    {
      config: { access: readers },
      schema: {
        tags: ['read'],
        operationId: 'listReferrals',
        summary: 'List referrals, newest first',
        description:
          'Each as you may see it, cases that you are asked to take over (`view: proposal`) among them. That you looked is in the journal before the answer leaves.',
        querystring: ListQuery,
        response: {
          200: pageOf(Referral.omit({ receipts: true, endedTasks: true, otherOpenReferrals: true })),
          ...problemResponses('cursor-invalid'),
        },
      },
    },
    async (request) => {
      const { state, facilityId, priority, reference, overdue, proposed, limit, cursor } = request.query;
      const before = decodeCursor(cursor, z.tuple([GivenTimestamp, Id]));
      const now = context.now();
      const listed = await context.store.list({
        bound: boundOf(request.caller),
        states: state,
        facilityId,
        priority,
        reference,
        overdueAt: overdue === undefined ? undefined : now,
        proposed: proposed !== undefined,
        before: before === null ? undefined : { createdAt: new Date(before[0]), id: before[1] },
        limit: limit + 1,
      });
      const { items, next } = page(listed, limit, ({ createdAt, id }) => [createdAt.toISOString(), id]);
      const rows = await Promise.all(items.map(context.store.shown));
      const seen = rows.flatMap((row) => {
        const party = row && currentPartyOf(row, request.caller, now);
        return party ? [{ row, party }] : [];
      });
      await noteList(context, request, seen);
      return { items: seen.map(({ row, party }) => viewOf(row, party, { receipts: [], now })), next };
    },
  );
}
