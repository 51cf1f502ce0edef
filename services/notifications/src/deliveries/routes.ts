import { Delivery, DeliveryState, Id } from '@rohnamo/contracts';
import { decideAndRecord } from '@rohnamo/journal';
import {
  actorOf,
  type Caller,
  changeHeaders,
  currentTrace,
  decodeCursor,
  etagOf,
  keyOf,
  page,
  pageOf,
  PageQuery,
  problemResponses,
  type Server,
  settled,
  versionMismatch,
} from '@rohnamo/service-kit';
import { z } from 'zod';
import { managerOf, managers, own } from '../access.ts';
import type { Context } from '../context.ts';
import type { DeliveryRow } from '../schema.ts';
import { resend } from './decide.ts';

const params = z.object({ id: Id });
const tags = ['deliveries'];

const ListQuery = PageQuery.extend({
  state: DeliveryState.optional().describe('Only those in this state'),
  subscriptionId: Id.optional().describe('Only those to this subscription'),
  referralId: Id.optional().describe('Only those about this referral'),
});
/** When the last one was made, in milliseconds since 1970, and its id. Postgres knows fewer years than RFC 3339. */
const ListCursor = z.tuple([z.int().min(0).max(Date.UTC(2100, 0)), Id]);

/** Deliveries to the caller's subscriptions: what was sent, what came of it, and a way to have it sent again. */
export function registerDeliveries(app: Server, context: Context, onQueued: (subscriptionId: string) => void): void {
  registerReads(app, context);
  registerResend(app, context, onQueued);
}

function registerReads(app: Server, { deliveries }: Context): void {
  app.get(
    '/v1/deliveries',
    {
      config: { access: managers },
      schema: {
        tags,
        operationId: 'listDeliveries',
        summary: 'List the deliveries to your subscriptions, newest first',
        description:
          'An administrator sees those of every client of the organisation, but for what is for a desk. By state, subscription or referral. One that failed tells you what your endpoint answered; mend it, then resend.',
        querystring: ListQuery,
        response: { 200: pageOf(Delivery), ...problemResponses('cursor-invalid') },
      },
    },
    async (request) => {
      const { state, subscriptionId, referralId, limit, cursor } = request.query;
      const key = decodeCursor(cursor, ListCursor);
      const rows = await deliveries.list({
        owner: ownerOf(request.caller),
        state,
        subscriptionId,
        referralId,
        before: key === null ? undefined : { createdAt: new Date(key[0]), id: key[1] },
        limit: limit + 1,
      });
      const { items, next } = page(rows, limit, (row) => [row.createdAt.getTime(), row.id]);
      return { items: items.map(viewOf), next };
    },
  );
  app.get(
    '/v1/deliveries/:id',
    {
      config: { access: managers },
      schema: {
        tags,
        operationId: 'getDelivery',
        summary: 'Read a delivery',
        description: 'Its id is the webhook-id of the calls.',
        params,
        response: { 200: Delivery, ...problemResponses('not-found') },
      },
    },
    async (request, reply) => {
      const row = await own(deliveries.find(request.params.id, ownerOf(request.caller)));
      return reply.header('etag', etagOf(row.version)).send(viewOf(row));
    },
  );
}

function registerResend(
  app: Server,
  { journal, deliveries, subscriptions, now }: Context,
  onQueued: (subscriptionId: string) => void,
): void {
  app.post(
    '/v1/deliveries/:id/resend',
    {
      config: { access: managers },
      schema: {
        tags,
        operationId: 'resendDelivery',
        summary: 'Send a delivery again',
        description:
          'At once, under the same webhook-id, with a full round of tries: one that failed, one that waits for its next try, or one that was delivered. What was delivered stays so, whatever comes of it: `nextAttemptAt`, `lastStatus` and `lastFailure` tell.',
        params,
        headers: changeHeaders,
        response: {
          200: Delivery,
          ...problemResponses(
            'not-found',
            'illegal-action',
            'contention',
            'version-mismatch',
            'idempotency-key-reused',
          ),
        },
      },
    },
    async (request, reply) => {
      const written = settled(
        await decideAndRecord({
          journal,
          key: keyOf(request),
          read: async () => {
            const row = await own(deliveries.find(request.params.id, ownerOf(request.caller)));
            return { row, subscription: await subscriptions.find(row.subscriptionId, managerOf(request.caller)) };
          },
          decide: ({ row, subscription }) =>
            versionMismatch(request.headers['if-match'], row.version) ??
            resend(row, {
              subscriptionIsActive: subscription?.state === 'active',
              now: now(),
              actor: actorOf(request),
              traceparent: currentTrace() ?? null,
            }),
        }),
      );
      if (written.kind === 'recorded') onQueued(written.result.subscriptionId);
      const row =
        written.kind === 'recorded'
          ? written.result
          : await own(deliveries.find(written.subject, ownerOf(request.caller)));
      return reply.header('etag', etagOf(row.version)).send(viewOf(row));
    },
  );
}

const ownerOf = (caller: Caller) => ({ ...managerOf(caller), deskIds: caller.deskIds });

const viewOf = (row: DeliveryRow): Delivery => ({
  id: row.id,
  version: row.version,
  subscriptionId: row.subscriptionId,
  referralId: row.referralId,
  eventId: row.eventId,
  type: row.eventType,
  state: row.state,
  attempts: row.attempts,
  lastStatus: row.lastStatus,
  lastFailure: row.lastFailure,
  nextAttemptAt: row.wakeAt?.toISOString() ?? null,
  deliveredAt: row.deliveredAt?.toISOString() ?? null,
});
