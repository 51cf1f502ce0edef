import { Id, NewOrganisation, Organisation } from '@rohnamo/contracts';
import { decideAndRecord } from '@rohnamo/journal';
import {
  decodeCursor,
  etagOf,
  keyOf,
  page,
  pageOf,
  PageQuery,
  problemResponses,
  refused,
  type Server,
  settled,
  writeHeaders,
} from '@rohnamo/service-kit';
import { z } from 'zod';
import { administrators, readers } from '../callers.ts';
import type { Context } from '../context.ts';
import { occasionOf, writeProblems } from '../occasion.ts';
import { newOrganisation, organisationRecord } from './decide.ts';
import { createOrganisationStore } from './store.ts';

const tags = ['organisations'];
const OrganisationParams = z.object({ id: Id });

/** `POST /v1/organisations`, `GET /v1/organisations/{id}`, `GET /v1/organisations`. */
export function registerOrganisations(app: Server, context: Context): void {
  const store = createOrganisationStore(context.db);
  registerNew(app, context, store);
  registerRead(app, store);
}

type Store = ReturnType<typeof createOrganisationStore>;

function registerNew(app: Server, { journal, now, newId }: Context, store: Store): void {
  app.post(
    '/v1/organisations',
    {
      config: { access: administrators },
      schema: {
        tags,
        operationId: 'recordOrganisation',
        summary: 'Record an organisation',
        description: 'A body that can have access, of one of the kinds listed. No other kind can be created.',
        headers: writeHeaders,
        body: NewOrganisation,
        response: {
          201: Organisation,
          ...problemResponses(...writeProblems),
        },
      },
    },
    async (request, reply) => {
      const asked = { id: newId(), occasion: occasionOf(request, now()) };
      const written = await decideAndRecord({
        journal,
        key: keyOf(request),
        read: async () => null,
        decide: () => newOrganisation(request.body, asked),
      });
      const done = settled(written);
      const row = done.kind === 'recorded' ? done.result : await store.find(done.subject);
      if (row === null) throw refused('not-found');
      return reply
        .code(201)
        .headers({ location: `/v1/organisations/${row.id}`, etag: etagOf(row.version) })
        .send(organisationRecord(row));
    },
  );
}

function registerRead(app: Server, store: Store): void {
  app.get(
    '/v1/organisations/:id',
    {
      config: { access: readers },
      schema: {
        tags,
        operationId: 'getOrganisation',
        summary: 'Read an organisation',
        description: 'Its kind and its name; its version is in ETag.',
        params: OrganisationParams,
        response: { 200: Organisation, ...problemResponses('not-found') },
      },
    },
    async (request, reply) => {
      const row = await store.find(request.params.id);
      if (row === null) throw refused('not-found');
      return reply.header('etag', etagOf(row.version)).send(organisationRecord(row));
    },
  );

  app.get(
    '/v1/organisations',
    {
      config: { access: readers },
      schema: {
        tags,
        operationId: 'listOrganisations',
        summary: 'List the organisations',
        description: 'In the order in which they were recorded.',
        querystring: PageQuery,
        response: { 200: pageOf(Organisation), ...problemResponses('cursor-invalid') },
      },
    },
    async ({ query }) => {
      const after = decodeCursor(query.cursor, z.tuple([Id]));
      const rows = await store.listAfter(after?.[0] ?? null, query.limit + 1);
      const { items, next } = page(rows, query.limit, ({ id }) => [id]);
      return { items: items.map(organisationRecord), next };
    },
  );
}
