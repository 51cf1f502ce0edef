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
import { managerOf, managers, own, subscribers } from '../access.ts';
import type { Context } from '../context.ts';
import { registerRotation, registerStop } from './action-routes.ts';
import { create } from './decide.ts';
import { newSecret } from './sealed-secret.ts';
import { createTurns } from './turns.ts';
import { saidBy, viewOf } from './view.ts';

const tags = ['subscriptions'];

/** Subscriptions of the caller: where it wants to be called. An administrator looks after those of every client of the organisation. */
export function registerSubscriptions(app: Server, context: Context, onStopped: () => void): void {
  registerCreate(app, context);
  registerReads(app, context);
  registerStop(app, context, onStopped);
  registerRotation(app, context);
}

function registerCreate(app: Server, { journal, subscriptions, secrets, egress, now }: Context): void {
  const inTurn = createTurns();
  app.post(
    '/v1/subscriptions',
    {
      config: { access: subscribers },
      schema: {
        tags,
        operationId: 'createSubscription',
        summary: 'Subscribe a webhook',
        description:
          'It is yours: other clients of your organisation neither see nor change it, but for an administrator. The same address again, however it is spelled, is the one that there is (200, without its secret); asked for otherwise, it is refused. The answer holds the signing secret, this once. Calls are signed by Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature) and come at least once: tell repeats by webhook-id. Answer 2xx within 15 seconds; redirects are not followed. The port is 443 or 8443, unless the installation allows others.',
        headers: writeHeaders,
        body: NewSubscription,
        response: {
          200: IssuedSubscription.describe(
            'You have it already: the same address for the same. Its secret is not shown',
          ),
          201: IssuedSubscription,
          ...problemResponses('too-many-subscriptions', 'already-subscribed', 'idempotency-key-reused', 'contention'),
        },
      },
    },
    async (request, reply) => {
      const owner = request.caller;
      const id = uuidV7(now().getTime());
      const secret = newSecret();
      const sealed = secrets.seal(secret, { column: 'secret', row: id });
      const complaint = await egress.complaintAbout(request.body.url);
      const written = await inTurn(owner.organisationId, () =>
        decideAndRecord({
          journal,
          key: keyOf(request),
          read: async () => ({ ...(await subscriptions.beforeCreating(owner)), complaint }),
          decide: (known) => create(request.body, { id, owner, secret: sealed }, known, saidBy(request, now())),
        }),
      );
      if (written.kind === 'refused') {
        const { refusal } = written;
        if ('problem' in refusal) throw refusal.problem;
        return reply.code(200).header('etag', etagOf(refusal.existing.version)).send(viewOf(refusal.existing));
      }
      const done = settled(written);
      const row =
        done.kind === 'recorded' ? done.result : await own(subscriptions.find(done.subject, managerOf(owner)));
      return reply
        .code(201)
        .headers({ etag: etagOf(row.version), location: `/v1/subscriptions/${row.id}` })
        .send({ ...viewOf(row), ...(done.kind === 'recorded' ? { secret } : {}) });
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
        summary: 'List your subscriptions, newest first',
        description:
          'Stopped ones, too. An administrator sees those of every client of the organisation. Secrets are never shown.',
        querystring: PageQuery,
        response: { 200: pageOf(Subscription), ...problemResponses('cursor-invalid') },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const beforeId = decodeCursor(cursor, z.tuple([Id]))?.[0];
      const rows = await subscriptions.list({
        manager: managerOf(request.caller),
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
      const row = await own(subscriptions.find(request.params.id, managerOf(request.caller)));
      return reply.header('etag', etagOf(row.version)).send(viewOf(row));
    },
  );
}
