import { Id, IssuedSubscription, NewSubscription, Subscription } from '@rohnamo/contracts';
import { decideAndRecord, uuidV7 } from '@rohnamo/journal';
import {
  decodeCursor,
  etagOf,
  keyOf,
  page,
  pageOf,
  PageQuery,
  problemResponses,
  type Server,
  settled,
  writeHeaders,
} from '@rohnamo/service-kit';
import { z } from 'zod';
import { managers, own } from '../access.ts';
import type { Context } from '../context.ts';
import { registerRotation, registerStop } from './action-routes.ts';
import { create } from './decide.ts';
import { newSecret } from './sealed-secret.ts';
import { saidBy, viewOf } from './view.ts';

const tags = ['subscriptions'];

/** Subscriptions of the caller's organisation: where it wants to be called. */
export function registerSubscriptions(app: Server, context: Context, onStopped: () => void): void {
  registerCreate(app, context);
  registerReads(app, context);
  registerStop(app, context, onStopped);
  registerRotation(app, context);
}

function registerCreate(app: Server, { journal, subscriptions, secrets, egress, now }: Context): void {
  app.post(
    '/v1/subscriptions',
    {
      config: { access: managers },
      schema: {
        tags,
        operationId: 'createSubscription',
        summary: 'Subscribe a webhook',
        description:
          'The answer holds the signing secret, this once. Calls are signed by Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature) and come at least once: tell repeats by webhook-id. Answer 2xx within 15 seconds; redirects are not followed. The port is 443 or 8443, unless the installation allows others.',
        headers: writeHeaders,
        body: NewSubscription,
        response: {
          201: IssuedSubscription,
          ...problemResponses('too-many-subscriptions', 'idempotency-key-reused', 'contention'),
        },
      },
    },
    async (request, reply) => {
      const { organisationId, deskIds } = request.caller;
      const id = uuidV7(now().getTime());
      const secret = newSecret();
      const written = settled(
        await decideAndRecord({
          journal,
          key: keyOf(request),
          read: async () => {
            const [activeCount, complaint] = await Promise.all([
              subscriptions.activeCount(organisationId),
              egress.complaintAbout(request.body.url),
            ]);
            return { activeCount, complaint };
          },
          decide: (state) =>
            create(
              request.body,
              { id, organisationId, deskIds, secret: secrets.seal(secret, { column: 'secret', row: id }) },
              state,
              saidBy(request, now()),
            ),
        }),
      );
      const row =
        written.kind === 'recorded' ? written.result : await own(subscriptions.find(written.subject, organisationId));
      return reply
        .code(201)
        .headers({ etag: etagOf(row.version), location: `/v1/subscriptions/${row.id}` })
        .send({ ...viewOf(row), ...(written.kind === 'recorded' ? { secret } : {}) });
    },
  );
}

function registerReads(app: Server, { subscriptions }: Context): void {
  app.get(
    '/v1/subscriptions',
    {
      config: { access: managers },
      schema: {
        tags,
        operationId: 'listSubscriptions',
        summary: 'List the subscriptions of your organisation, newest first',
        description: 'Stopped ones, too. Secrets are never shown.',
        querystring: PageQuery,
        response: { 200: pageOf(Subscription), ...problemResponses('cursor-invalid') },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const beforeId = decodeCursor(cursor, z.tuple([Id]))?.[0];
      const rows = await subscriptions.list({
        organisationId: request.caller.organisationId,
        beforeId,
        limit: limit + 1,
      });
      const { items, next } = page(rows, limit, (row) => [row.id]);
      return { items: items.map(viewOf), next };
    },
  );
  app.get(
    '/v1/subscriptions/:id',
    {
      config: { access: managers },
      schema: {
        tags,
        operationId: 'getSubscription',
        summary: 'Read a subscription',
        description: 'Without its secret.',
        params: z.object({ id: Id }),
        response: { 200: Subscription, ...problemResponses('not-found') },
      },
    },
    async (request, reply) => {
      const row = await own(subscriptions.find(request.params.id, request.caller.organisationId));
      return reply.header('etag', etagOf(row.version)).send(viewOf(row));
    },
  );
}
