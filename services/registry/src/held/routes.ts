import { HeldRow as HeldRowView, HeldRowDecision, Id } from '@rohnamo/contracts';
import { decideAndRecord } from '@rohnamo/journal';
import {
  allow,
  changeHeaders,
  decodeCursor,
  etagOf,
  hasIfMatch,
  keyOf,
  page,
  pageOf,
  PageQuery,
  problemResponses,
  refused,
  settled,
  type Server,
  versionMismatch,
} from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actOf } from '../act.ts';
import type { Context } from '../context.ts';
import { observe } from '../observe.ts';
import { ownedIn } from '../owned.ts';
import { createPersonStore } from '../person/store.ts';
import type { BeneficiaryRow, HeldRow } from '../schema.ts';
import { decideHeld, releaseExternalId } from './decide.ts';
import { createHeldStore } from './store.ts';
import { viewOf } from './view.ts';

const tags = ['intake'];
const IdParams = z.strictObject({ id: Id });
const readers = allow({ roles: ['migration-service', 'facility'], scope: 'beneficiaries:read' });
const writers = allow({ roles: ['migration-service', 'facility'], scope: 'beneficiaries:write' });

interface Waiting {
  held: HeldRow;
  person: BeneficiaryRow;
}

/** Rows of an intake that somebody must decide on: for those who may see the person. */
export function heldRoutes(server: Server, context: Context): void {
  const { journal, pool, now, newId } = context;
  const store = createHeldStore(pool);
  const persons = createPersonStore(pool);
  const owned = ownedIn(context);

  /** null: of somebody who has been taken back. */
  const beside = async (held: HeldRow): Promise<Waiting | null> => {
    const person = await persons.byId(held.beneficiaryId);
    return person && { held, person };
  };
  const read = async (id: string, request: FastifyRequest): Promise<Waiting> => {
    const found = await store.byId(id);
    const waiting = found && (await beside(found));
    const held = await owned('held-row', waiting && waiting.held, request);
    if (waiting === null) throw new Error('somebody owns a held row of nobody');
    return { held, person: waiting.person };
  };

  /** The view, once the look at the person is in the journal. */
  const shown = async ({ held, person }: Waiting, request: FastifyRequest): Promise<HeldRowView> => {
    const detail = { heldRowId: held.id, categories: ['identity', 'contact'] };
    const look = { kind: 'beneficiary', subject: person.id, type: 'beneficiary.observed.v1', detail } as const;
    await observe(journal, look, actOf(request, now()));
    return viewOf(held, person);
  };

  server.get(
    '/v1/held-rows',
    {
      config: { access: readers },
      schema: {
        tags,
        operationId: 'listHeldRows',
        summary: 'List the rows that wait for somebody to decide',
        description:
          'Of the caller’s organisation, oldest first. A row is held where it would turn one person into another, or change who somebody is of whom a consent was recorded; each with the values that it would change. One a person waits at a time: later rows of the same person are laid over it. The look at each person is in the journal before the answer leaves.',
        querystring: PageQuery.extend({ batchId: Id.optional().describe('Only those that this batch said last') }),
        response: { 200: pageOf(HeldRowView), ...problemResponses('cursor-invalid', 'overloaded', 'outcome-unknown') },
      },
    },
    async (request) => {
      const { limit, cursor, batchId } = request.query;
      const [afterId] = decodeCursor(cursor, z.tuple([Id])) ?? [];
      const { organisationId } = request.caller;
      const rows = await store.waitingIn({ organisationId, batchId, afterId, limit: limit + 1 });
      const { items, next } = page(rows, limit, ({ id }) => [id]);
      const found = await Promise.all(items.map(beside));
      const there = found.filter((waiting) => waiting !== null);
      return { items: await Promise.all(there.map((waiting) => shown(waiting, request))), next };
    },
  );

  server.get(
    '/v1/held-rows/:id',
    {
      config: { access: readers },
      schema: {
        tags,
        operationId: 'getHeldRow',
        summary: 'Read a row that waits or waited for somebody to decide',
        description: 'The look at the person is in the journal before the answer leaves.',
        params: IdParams,
        response: { 200: HeldRowView, ...problemResponses('not-found', 'overloaded', 'outcome-unknown') },
      },
    },
    async (request, reply) => {
      const waiting = await read(request.params.id, request);
      return reply.header('etag', etagOf(waiting.held.version)).send(await shown(waiting, request));
    },
  );

  /** Whose external id goes to another person lets go of it first: two persons never have it at the same time. */
  const release = async ({ held, person }: Waiting, request: FastifyRequest): Promise<void> => {
    if (held.state !== 'waiting' || person.externalId === null) return;
    const guards = [{ kind: 'held-row', id: held.id, version: held.version }];
    const changes = [releaseExternalId({ held, person, act: actOf(request, now()) })];
    if ((await journal.record({ changes, guards })).kind !== 'recorded') throw refused('contention');
  };

  server.post(
    '/v1/held-rows/:id/decide',
    {
      config: { access: writers },
      schema: {
        tags,
        operationId: 'decideHeldRow',
        summary: 'Decide on a row that was held',
        description:
          '`apply`: the row is right, and it is the same person. `keep`: the person stays as they are, and what the row says is not held again. `register-apart`: the source system has given the external id to somebody else, who is registered and takes it over; the person who had it stays as they are, without one. If-Match with the version that was read: a later row may have been laid over it.',
        params: IdParams,
        headers: changeHeaders,
        body: HeldRowDecision,
        response: {
          200: HeldRowView,
          ...problemResponses(
            'not-found',
            'illegal-action',
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
      const { id } = request.params;
      const { decision } = request.body;
      const ifMatch = request.headers['if-match'];
      const first = await read(id, request);
      if (!hasIfMatch(request)) throw refused('precondition-required');
      if (decision === 'register-apart' && versionMismatch(ifMatch, first.held.version) === null)
        await release(first, request);
      const act = actOf(request, now());
      const written = await decideAndRecord({
        journal,
        key: keyOf(request),
        read: () => read(id, request),
        decide: (waiting) =>
          versionMismatch(ifMatch, waiting.held.version) ?? decideHeld({ ...waiting, decision, act, newId }),
      });
      // Somebody else was registered under the external id meanwhile.
      if (written.kind === 'constraint') throw refused('contention');
      const outcome = settled(written);
      const { held, person } = await read(id, request);
      const row = outcome.kind === 'repeat' ? held : outcome.result;
      return reply.header('etag', etagOf(row.version)).send(viewOf(row, person));
    },
  );
}
