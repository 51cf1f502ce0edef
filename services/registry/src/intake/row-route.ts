import { Id, IntakeRow, RowOutcome, TakenBack } from '@rohnamo/contracts';
import { allow, decodeCursor, page, pageOf, PageQuery, problemResponses, type Server } from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actOf } from '../act.ts';
import type { Context } from '../context.ts';
import { observeAll } from '../observe.ts';
import { ownedIn } from '../owned.ts';
import type { IntakeErrorRow, IntakeOutcomeRow } from '../schema.ts';
import { createOutcomeStore, type ToldRow } from './outcome-store.ts';
import { createIntakeStore } from './store.ts';
import { refuseUntold } from './told.ts';

const RowPlace = z.tuple([
  z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
]);

export interface RowRouteOptions extends Context {
  /** Days for which it is kept what the rows of a batch did. */
  takeBackDays: number;
}

/** What each row of a batch did, or in a preview would do. */
export function rowRoute(server: Server, { takeBackDays, ...context }: RowRouteOptions): void {
  const { journal, pool, now } = context;
  const batches = createIntakeStore(pool);
  const outcomes = createOutcomeStore(pool);
  const owned = ownedIn(context);

  /** Notes a look at each person of whom values are shown. */
  const noteLooks = async (rows: readonly IntakeOutcomeRow[], batchId: string, request: FastifyRequest) => {
    const shown = rows.flatMap(({ beneficiaryId, differences }) =>
      beneficiaryId !== null && differences !== null && differences.length > 0 ? [beneficiaryId] : [],
    );
    if (shown.length === 0) return;
    const detail = { batchId, categories: ['identity', 'contact'] };
    const looks = [...new Set(shown)].map(
      (subject) => ({ kind: 'beneficiary', subject, type: 'beneficiary.observed.v1', detail }) as const,
    );
    await observeAll(journal, looks, actOf(request, now()));
  };

  server.get(
    '/v1/intake-batches/:id/rows',
    {
      config: { access: allow({ roles: ['migration-service'], scope: 'beneficiaries:read' }) },
      schema: {
        tags: ['intake'],
        operationId: 'listIntakeBatchRows',
        summary: 'What each row did, or in a preview would do',
        description:
          'In the order of the rows, as far as they are worked off. It is kept for `INTAKE_TAKE_BACK_DAYS` after that, of a preview for a day; then, and of batches that an earlier version worked off, the answer is `rows-not-kept`. The look at each person of whom values are shown is in the journal before the answer leaves.',
        params: z.strictObject({ id: Id }),
        querystring: PageQuery.extend({
          outcome: RowOutcome.optional().describe('Only rows that came to this'),
          takeBack: TakenBack.optional().describe('Only rows of persons of whom this came when it was taken back'),
        }),
        response: {
          200: pageOf(IntakeRow),
          ...problemResponses('not-found', 'rows-not-kept', 'cursor-invalid', 'overloaded', 'outcome-unknown'),
        },
      },
    },
    async (request) => {
      const { limit, cursor, outcome, takeBack } = request.query;
      const [afterRow] = decodeCursor(cursor, RowPlace) ?? [0];
      const batch = await owned('intake-batch', await batches.byId(request.params.id), request);
      const untold = refuseUntold(batch, now(), takeBackDays);
      if (untold !== null) throw untold;
      const found = await outcomes.after({ batchId: batch.id, afterRow, outcome, takeBack, limit: limit + 1 });
      const { items, next } = page(found, limit, ({ row }) => [row]);
      const refusedRows = items.flatMap((item) => (item.outcome === 'refused' ? [item.row] : []));
      const errors = await outcomes.errorsOf(batch.id, refusedRows);
      await noteLooks(items, batch.id, request);
      return { items: items.map((item) => viewOf(item, errors)), next };
    },
  );
}

const viewOf = (item: ToldRow, errors: readonly IntakeErrorRow[]): IntakeRow => ({
  row: item.row,
  externalId: item.externalId,
  outcome: item.outcome,
  beneficiaryId: item.beneficiaryId,
  heldRowId: item.outcome === 'held' ? item.heldRowId : null,
  differences: item.differences ?? [],
  reasons: item.reasons ?? [],
  warnings: item.warnings ?? [],
  errors:
    item.outcome === 'refused'
      ? errors.filter(({ row }) => row === item.row).map(({ field, problem, remedy }) => ({ field, problem, remedy }))
      : [],
  takeBack: item.takeBack,
});
