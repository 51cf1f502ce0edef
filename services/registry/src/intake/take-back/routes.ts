import { Id, IntakeBatch } from '@rohnamo/contracts';
import { decideAndRecord } from '@rohnamo/journal';
import {
  allow,
  changeHeaders,
  etagOf,
  hasIfMatch,
  keyOf,
  problemResponses,
  refused,
  settled,
  type Server,
  versionMismatch,
} from '@rohnamo/service-kit';
import { z } from 'zod';
import { actOf } from '../../act.ts';
import type { Context } from '../../context.ts';
import { ownedIn } from '../../owned.ts';
import { createIntakeStore } from '../store.ts';
import { viewOf } from '../view.ts';
import { decideTakeBack } from './batch.ts';

export interface TakeBackRouteOptions extends Context {
  /** Days for which it is kept what the rows of a batch did. */
  takeBackDays: number;
  /** Called once somebody has asked for it. */
  onAsked: () => void;
}

/** `POST /v1/intake-batches/{id}/take-back`: a file that should not have been pushed. */
export function takeBackRoute(server: Server, { takeBackDays, onAsked, ...context }: TakeBackRouteOptions): void {
  const { journal, pool, now } = context;
  const store = createIntakeStore(pool);
  const owned = ownedIn(context);

  server.post(
    '/v1/intake-batches/:id/take-back',
    {
      config: { access: allow({ roles: ['migration-service'], scope: 'beneficiaries:write' }) },
      schema: {
        tags: ['intake'],
        operationId: 'takeIntakeBatchBack',
        summary: 'Take a file back that should not have been pushed',
        description:
          'For `INTAKE_TAKE_BACK_DAYS` after it was worked off. In the background, from the first row to the last: follow `takeBack` of the batch. Each person stands afterwards as if the file had never been pushed: whom it registered is gone, and the external id is free; whom it changed is as before; rows that it had held wait no more. Left as they are: persons with whom somebody has worked since, and of whom a later batch speaks; `/rows` tells which, and why. If-Match with the version that was read.',
        params: z.strictObject({ id: Id }),
        headers: changeHeaders,
        body: z.strictObject({}).optional(),
        response: {
          202: IntakeBatch,
          ...problemResponses(
            'not-found',
            'illegal-action',
            'rows-not-kept',
            'precondition-required',
            'version-mismatch',
            'contention',
            'idempotency-key-reused',
            'overloaded',
            'outcome-unknown',
          ),
        },
      },
    },
    async (request, reply) => {
      const read = async () => owned('intake-batch', await store.byId(request.params.id), request);
      await read();
      if (!hasIfMatch(request)) throw refused('precondition-required');
      const act = actOf(request, now());
      const written = await decideAndRecord({
        journal,
        key: keyOf(request),
        read,
        decide: (batch) =>
          versionMismatch(request.headers['if-match'], batch.version) ?? decideTakeBack(batch, act, takeBackDays),
      });
      const outcome = settled(written);
      if (outcome.kind === 'recorded') onAsked();
      const batch = outcome.kind === 'recorded' ? outcome.result : await read();
      return reply.code(202).header('etag', etagOf(batch.version)).send(viewOf(batch));
    },
  );
}
