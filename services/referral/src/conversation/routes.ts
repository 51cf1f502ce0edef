import { Id, Message, NewMessage } from '@rohnamo/contracts';
import {
  allow,
  decodeCursor,
  page,
  pageOf,
  PageQuery,
  problemResponses,
  type Server,
  writeHeaders,
} from '@rohnamo/service-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { denied, noteLook, seenBy } from '../look.ts';
import { hearingOf, viewOf } from './decide.ts';
import { say } from './say.ts';
import { createConversationStore } from './store.ts';

const parties = ['migration-service', 'facility'] as const;

/** `POST` and `GET /v1/referrals/{id}/messages`: what referrer and facility say to one another. */
export function registerConversation(app: Server, context: Context): void {
  const messages = createConversationStore(context.journal.pool);

  app.post(
    '/v1/referrals/:id/messages',
    {
      config: { access: allow({ roles: parties, scope: ['referrals:refer', 'referrals:answer'] }) },
      schema: {
        tags: ['conversation'],
        operationId: 'sendMessage',
        summary: 'Say something to the other party',
        description:
          'From sending on, also before acceptance: then write nothing that the triage view does not show. Not in a draft, nor once sharing has ended. It changes nothing of the referral, whose ETag stays as it is. The other party’s feed and webhooks say that something waits; the trail that, when and by whom something was said.',
        headers: writeHeaders,
        params: z.object({ id: Id }),
        body: NewMessage,
        response: {
          201: Message,
          ...problemResponses(
            'not-found',
            'illegal-action',
            'idempotency-key-reused',
            'contention',
            'overloaded',
            'outcome-unknown',
          ),
        },
      },
    },
    async (request, reply) => {
      const message = await say(context, messages, request, { id: request.params.id, asked: request.body });
      return reply.code(201).send(viewOf(message));
    },
  );

  app.get(
    '/v1/referrals/:id/messages',
    {
      config: { access: allow({ roles: parties, scope: 'referrals:read' }) },
      schema: {
        tags: ['conversation'],
        operationId: 'listMessages',
        summary: 'Read what was said, oldest first',
        description:
          'Who refers reads all of it; a facility what was said in its own task, and once the details are closed to it, only what was said before they opened. That you looked is in the journal before the answer leaves.',
        params: z.object({ id: Id }),
        querystring: PageQuery,
        response: { 200: pageOf(Message), ...problemResponses('not-found', 'cursor-invalid') },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { limit, cursor } = request.query;
      const afterId = decodeCursor(cursor, z.tuple([Id]))?.[0];
      const seen = await seenBy(context, request, { id, row: await context.store.referral(id) });
      const hearing = hearingOf(seen.row, seen.party, context.now());
      if (hearing === null) throw await denied(context, request, { id, code: 'not-found' });
      const { items, next } = page(await messages.list(hearing, { afterId, limit: limit + 1 }), limit, (one) => [
        one.id,
      ]);
      await noteLook(context, request, seen);
      return { items: items.map(viewOf), next };
    },
  );
}
