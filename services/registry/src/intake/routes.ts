import { Id, IntakeBatch, IntakeRowError } from '@rohnamo/contracts';
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
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { ownedIn } from '../owned.ts';
import type { IntakeBatchRow } from '../schema.ts';
import { createIntakeStore } from './store.ts';
import { viewOf } from './view.ts';

const tags = ['intake'];
const IdParams = z.strictObject({ id: Id });
const readers = allow({ roles: ['migration-service'], scope: 'beneficiaries:read' });

/** Following a bulk push: how far it has got, and which rows it refused. */
export function intakeRoutes(server: Server, context: Context): void {
  const store = createIntakeStore(context.pool);
  const owned = ownedIn(context);
  const batch = async (id: string, request: FastifyRequest): Promise<IntakeBatchRow> =>
    owned('intake-batch', await store.byId(id), request);

  server.get(
    '/v1/intake-batches/:id',
    {
      config: { access: readers },
      schema: {
        tags,
        operationId: 'getIntakeBatch',
        summary: 'How far an intake has got',
        description: '`rows` are counted without the header. `finishedAt` says that no more will come.',
        params: IdParams,
        response: { 200: IntakeBatch, ...problemResponses('not-found') },
      },
    },
    async (request, reply) => {
      const row = await batch(request.params.id, request);
      return reply.header('etag', etagOf(row.version)).send(viewOf(row));
    },
  );

  server.get(
    '/v1/intake-batches/:id/errors',
    {
      config: { access: readers },
      schema: {
        tags,
        operationId: 'listIntakeBatchErrors',
        summary: 'Which rows were refused, why, and what to do',
        description:
          'In the order of the rows, which have the numbers that a spreadsheet shows (the header is row 1; in NDJSON, lines), as far as they are worked off; never with the value that was refused. Mend the rows and push the file again: what was taken before stays as it is.',
        params: IdParams,
        querystring: PageQuery,
        response: { 200: pageOf(IntakeRowError), ...problemResponses('not-found', 'cursor-invalid') },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const after = decodeCursor(cursor, ReportPlace) ?? ([0, 0] as const);
      const { id } = await batch(request.params.id, request);
      const rows = await store.errorsAfter({ batchId: id, after, limit: limit + 1 });
      const { items, next } = page(rows, limit, ({ row, ordinal }) => [row, ordinal]);
      return {
        items: items.map(({ row, externalId, field, problem, remedy }) => ({
          row,
          externalId,
          field,
          problem,
          remedy,
        })),
        next,
      };
    },
  );
}

const ReportPlace = z.tuple([
  z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
  z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
]);
