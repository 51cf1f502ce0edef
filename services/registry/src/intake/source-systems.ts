import { Id, NewSourceSystem, SourceSystem } from '@rohnamo/contracts';
import { type Change, decideAndRecord, type Journal } from '@rohnamo/journal';
import {
  allow,
  decodeCursor,
  etagOf,
  keyOf,
  page,
  pageOf,
  PageQuery,
  problemResponses,
  Refused,
  refused,
  settled,
  type Server,
  writeHeaders,
} from '@rohnamo/service-kit';
import { and, asc, eq, gt, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { type Act, actOf } from '../act.ts';
import type { Context } from '../context.ts';
import { sourceSystem, type SourceSystemRow } from '../schema.ts';
import { refuseLookalike } from './new-source.ts';
import { createIntakeStore } from './store.ts';

const tags = ['intake'];

/** `POST` and `GET /v1/source-systems`: making a system known before anything is pushed from it. */
export function sourceSystemRoutes(server: Server, { journal, pool, now, newId }: Context): void {
  const intake = createIntakeStore(pool);
  const db = drizzle(pool);
  const ofOrganisation = (organisationId: string) => eq(sourceSystem.organisationId, organisationId);
  const named = async (organisationId: string, name: string): Promise<SourceSystemRow | null> =>
    (
      await db
        .select()
        .from(sourceSystem)
        .where(and(ofOrganisation(organisationId), sql`fold_text(${sourceSystem.name}) = fold_text(${name})`))
    )[0] ?? null;

  server.post(
    '/v1/source-systems',
    {
      config: { access: allow({ roles: ['migration-service'], scope: 'beneficiaries:write' }) },
      schema: {
        tags,
        operationId: 'registerSourceSystem',
        summary: 'Make a source system known',
        description:
          'Before anything is pushed from it, so that no push need confirm it. Names are compared without regard to case and blanks around them: one that is registered already is answered as it is (200). One that is like another of your organisation is refused unless `confirmNewSource` says that it is new.',
        headers: writeHeaders,
        body: NewSourceSystem,
        response: {
          200: SourceSystem,
          201: SourceSystem,
          ...problemResponses(
            'unknown-source-system',
            'contention',
            'idempotency-key-reused',
            'overloaded',
            'outcome-unknown',
          ),
        },
      },
    },
    async (request, reply) => {
      const { sourceSystem: name, confirmNewSource } = request.body;
      const { organisationId } = request.caller;
      const act = actOf(request, now());
      const read = async () => ({
        row: await named(organisationId, name),
        sources: await intake.sourcesOf(organisationId, name),
      });
      const id = newId();
      const registered = async (): Promise<SourceSystemRow> => {
        const next = { id, name, organisationId, registeredAt: act.time };
        const written = await decideAndRecord({
          journal: oncePerName(journal),
          key: keyOf(request),
          read,
          decide: ({ row, sources: { isKnown, known } }) => {
            if (row !== null) return { refuse: refused('contention') }; // somebody else has just registered it
            const lookalike = isKnown || confirmNewSource ? null : refuseLookalike(name, known);
            return lookalike === null
              ? { record: { changes: [registration(next, act)] }, result: { ...next, version: 1 } }
              : { refuse: lookalike };
          },
        });
        const done = settled(written);
        const row = done.kind === 'recorded' ? done.result : await named(organisationId, name);
        if (row === null) throw refused('contention');
        return row;
      };
      const made = await registered().catch(async (error: unknown) => {
        // It is registered: before, or by somebody else meanwhile.
        const row = error instanceof Refused && error.code === 'contention' ? await named(organisationId, name) : null;
        if (row === null) throw error;
        return row;
      });
      return reply
        .code(made.id === id ? 201 : 200)
        .header('etag', etagOf(made.version))
        .send(viewOf(made));
    },
  );

  server.get(
    '/v1/source-systems',
    {
      config: { access: allow({ roles: ['migration-service'], scope: 'beneficiaries:read' }) },
      schema: {
        tags,
        operationId: 'listSourceSystems',
        summary: 'List the source systems that were made known',
        description:
          'Of your organisation, the first registered first. Those that were confirmed with a push are not among them.',
        querystring: PageQuery,
        response: { 200: pageOf(SourceSystem), ...problemResponses('cursor-invalid') },
      },
    },
    async ({ query: { limit, cursor }, caller }) => {
      const [afterId] = decodeCursor(cursor, z.tuple([Id])) ?? [];
      const rows = await db
        .select()
        .from(sourceSystem)
        .where(
          and(ofOrganisation(caller.organisationId), afterId === undefined ? undefined : gt(sourceSystem.id, afterId)),
        )
        .orderBy(asc(sourceSystem.id))
        .limit(limit + 1);
      const { items, next } = page(rows, limit, ({ id }) => [id]);
      return { items: items.map(viewOf), next };
    },
  );
}

/** Two who register a name at the same time: the second decides anew, and finds it. */
const oncePerName = ({ pool, record }: Journal): Pick<Journal, 'pool' | 'record'> => ({
  pool,
  record: async (unit) => {
    const outcome = await record(unit);
    const isTaken = outcome.kind === 'refused' && outcome.constraint === 'source_system_name';
    return isTaken ? { kind: 'lost', to: 'version' } : outcome;
  },
});

const registration = (state: Omit<SourceSystemRow, 'version'>, { actor, time, traceparent }: Act): Change => ({
  kind: 'source-system',
  id: state.id,
  expected: 0,
  state,
  entry: {
    type: 'source-system.registered.v1',
    data: { sourceSystemId: state.id, organisationId: state.organisationId },
    actor,
    time,
    audience: state.organisationId,
    traceparent,
  },
});

const viewOf = ({ id, version, name, registeredAt }: SourceSystemRow): SourceSystem => ({
  id,
  version,
  sourceSystem: name,
  registeredAt: registeredAt.toISOString(),
});
