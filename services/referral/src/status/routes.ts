import { randomUUID } from 'node:crypto';
import {
  Feedback,
  FeedbackTaken,
  GivenTimestamp,
  Id,
  NewFeedback,
  ReferralStatus,
  SlipHolder,
  type SlipHolder as Holder,
} from '@rohnamo/contracts';
import type { Unit } from '@rohnamo/journal';
import {
  addressOf,
  allow,
  createLimit,
  decodeCursor,
  page,
  pageOf,
  PageQuery,
  problemResponses,
  publicAccess,
  type Server,
} from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { note } from '../look.ts';
import type { FeedbackRow } from '../schema.ts';
import { tokenHashOf } from '../slip/token.ts';
import { evenly } from './evenly.ts';
import { feedbackChange } from './feedback.ts';
import { askedBy, findSlip, type Found, nothing, settle } from './holder.ts';
import { statusOf, thanks } from './phrases.ts';
import { createStatusStore, type StatusStore } from './store.ts';

const perAddress = { max: 60, windowSeconds: 60 };
/** So few that a birth year is not found out by trying, and enough for a person who asks every hour of the day. */
const perSlip = { max: 10, windowSeconds: 24 * 3600 };

/**
 * What a person asks and says who has a slip and no client. The answer is the same, and leaves after the same time, for a slip
 * that is not known, a wrong birth year, a consent that was withdrawn, and a referral that should not have been.
 */
export function registerStatus(app: Server, context: Context): void {
  const slips = createStatusStore(context.journal.pool);
  const limitAddress = createLimit(app, {
    ...perAddress,
    name: 'minute',
    keyOf: (request) => `status ${addressOf(request)}`,
  });
  const findAllowed = allowedFinder(app, context, slips);
  const door = {
    config: { access: publicAccess, rateLimited: false },
    onRequest: async (
      request: Parameters<typeof limitAddress>[0],
      reply: { headers(values: Record<string, string>): unknown },
    ) => void reply.headers(await limitAddress(request)),
  };
  const problems = problemResponses('dependency-unavailable', 'overloaded', 'outcome-unknown');

  app.post(
    '/v1/status',
    {
      ...door,
      schema: {
        tags: ['status'],
        operationId: 'askStatus',
        summary: 'Where is my referral?',
        description:
          'For the person, by the code of their slip and the year of their birth; without a token. Four phrases, which name no place, need or service. Whatever does not fit is answered `ask`, like everything that somebody has to do something about.',
        body: SlipHolder,
        response: { 200: ReferralStatus, ...problems },
      },
    },
    async (request, reply) => {
      const status = await evenly(async () => {
        const now = context.now();
        const found = await findAllowed(request);
        await settle(context, askedBy(found, now));
        return found?.isTheirs === true ? statusOf(found.row, found.slip, now) : statusOf(null, null, now);
      });
      return reply.header('cache-control', 'no-store').send(status);
    },
  );

  app.post(
    '/v1/status/feedback',
    {
      ...door,
      schema: {
        tags: ['status'],
        operationId: 'giveFeedback',
        summary: 'Say whether it helped',
        description:
          'For the person, as above. The supervisors of both sides hear it, and nobody of whom it is said. Of each kind once; the answer is the same whatever came of it.',
        body: NewFeedback,
        response: { 202: FeedbackTaken, ...problems },
      },
    },
    async (request, reply) => {
      await evenly(async () => {
        const found = await findAllowed(request);
        await settle(context, await toldBy(context, slips, found, request.body));
      });
      return reply.code(202).header('cache-control', 'no-store').send({ phrase: thanks });
    },
  );

  registerFeedbackList(app, context, slips);
}

/**
 * Looks a slip up, as often as it may be asked for: counted alike whether it is known or not, but apart, so that any number of
 * slips that somebody invents does not wash away the count of one that there is.
 * @throws Refused too-many-requests
 */
function allowedFinder(app: Server, context: Context, slips: StatusStore) {
  const keyOf = ({ body }: Pick<FastifyRequest, 'body'>) => tokenHashOf((body as Holder).token).toString('base64url'); // asked once the body has passed its schema
  const limit = { ...perSlip, name: 'day', keyOf };
  const [limitKnown, limitUnknown] = [createLimit(app, limit), createLimit(app, limit)];
  return async (request: FastifyRequest & { body: Holder }): Promise<Found | null> => {
    const found = await findSlip(context, slips, request.body);
    await (found === null ? limitUnknown : limitKnown)(request);
    return found;
  };
}

/** What is written of what somebody says: it, or that they were turned away, or nothing. */
async function toldBy(context: Context, slips: StatusStore, found: Found | null, said: NewFeedback): Promise<Unit> {
  const now = context.now();
  const ended = found === null ? [] : await context.store.endedTasksOf(found.row);
  const change = found && feedbackChange(found, said, { ended, now });
  const isSaid = await slips.isSaid(change?.id ?? randomUUID());
  if (found !== null && !found.isTheirs) return askedBy(found, now);
  return change === null || isSaid ? nothing(now) : { changes: [change] };
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
