import { randomUUID } from 'node:crypto';
import { Feedback, GivenTimestamp, Id, ReportedFeedback } from '@rohnamo/contracts';
import {
  actorOf,
  allow,
  decodeCursor,
  page,
  pageOf,
  PageQuery,
  problemResponses,
  refused,
  type Server,
} from '@rohnamo/service-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { denied, note } from '../look.ts';
import { partyOf } from '../party.ts';
import type { FeedbackRow } from '../schema.ts';
import { feedbackOfTask } from './feedback.ts';
import { settle } from './holder.ts';
import type { StatusStore } from './store.ts';

/** `GET` and `POST /v1/feedback`: what people say, to those who supervise either side, and what they tell these by word of mouth. */
export function registerFeedback(app: Server, context: Context, slips: StatusStore): void {
  registerReported(app, context, slips);
  registerFeedbackList(app, context, slips);
}

/**
 * Whoever cannot say it by their slip tells a supervisor's office, which finds the referral by the number on it. No guessing of others
 * keeps them from it, and no stranger learns by it which numbers there are.
 */
function registerReported(app: Server, context: Context, slips: StatusStore): void {
  app.post(
    '/v1/feedback',
    {
      config: { access: allow({ roles: ['supervisor'], scope: 'referrals:refer' }) },
      schema: {
        tags: ['status'],
        operationId: 'reportFeedback',
        summary: 'Record what a person says of how they were served',
        description:
          'For the supervisors of both sides, on the word of a person who calls or comes: by the number on their slip, of the attempt that is under way or was the last. Of each kind once, as by the slip itself; said again, it is answered again.',
        body: ReportedFeedback,
        response: { 201: Feedback, ...problemResponses('not-found', 'overloaded', 'outcome-unknown') },
      },
    },
    async (request, reply) => {
      const now = context.now();
      const row = await slips.referralNumbered(request.body.number);
      if (row === null || partyOf(row, request.caller) === null)
        throw await denied(context, request, { id: row?.id ?? randomUUID(), code: 'not-found' });
      const { taskId, facilityOrganisationId } = row;
      const change = feedbackOfTask(row, request.body, {
        taskId,
        facilityOrganisationId,
        actor: actorOf(request),
        now,
      });
      if ((await slips.feedback(change.id)) === null) await settle(context, { changes: [change] });
      const said = await slips.feedback(change.id);
      if (said === null) throw refused('dependency-unavailable');
      return reply.code(201).send(feedbackOf(said));
    },
  );
}

/** `GET /v1/feedback`: what people say, to those who supervise either side. */
function registerFeedbackList(app: Server, context: Context, slips: StatusStore): void {
  app.get(
    '/v1/feedback',
    {
      config: { access: allow({ roles: ['supervisor'], scope: 'referrals:read' }) },
      schema: {
        tags: ['status'],
        operationId: 'listFeedback',
        summary: 'List what people say, newest first',
        description:
          'Of the referrals that your organisation refers or receives. That you looked is in the journal before the answer leaves.',
        querystring: PageQuery,
        response: { 200: pageOf(Feedback), ...problemResponses('cursor-invalid') },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const after = decodeCursor(cursor, z.tuple([GivenTimestamp, Id]));
      const rows = await slips.feedbackFor({
        organisationId: request.caller.organisationId,
        after: after && { givenAt: new Date(after[0]), id: after[1] },
        limit: limit + 1,
      });
      const { items, next } = page(rows, limit, ({ givenAt, id }) => [givenAt.toISOString(), id]);
      if (items.length > 0)
        await note(context, request, {
          kind: 'feedback-list',
          subject: randomUUID(),
          type: 'feedback-list.observed.v1',
          detail: { subjects: items.map(({ id }) => id) },
        });
      return { items: items.map(feedbackOf), next };
    },
  );
}

const feedbackOf = ({ id, referralId, taskId, kind, barrier, givenAt }: FeedbackRow): Feedback => ({
  id,
  referralId,
  taskId,
  kind,
  barrier,
  givenAt: givenAt.toISOString(),
});
