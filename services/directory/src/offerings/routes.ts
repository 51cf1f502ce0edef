import { Id, NewOffering, Offering, OfferingPatch, ServiceCode } from '@rohnamo/contracts';
import { decideAndRecord } from '@rohnamo/journal';
import {
  type Caller,
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
  type Server,
  settled,
  writeHeaders,
} from '@rohnamo/service-kit';
import { z } from 'zod';
import { administrators, keepsOfferingsOf, knowsDesksOf, offeringKeepers, readers } from '../callers.ts';
import type { Context } from '../context.ts';
import { createFacilityStore } from '../facilities/store.ts';
import { changeProblems, occasionOf, writeProblems } from '../occasion.ts';
import { changedOffering, newOffering } from './decide.ts';
import { offeringRecord, publicOffering } from './record.ts';
import type { FacilityRow, OfferingRow } from '../schema.ts';
import { createOfferingStore } from './store.ts';

const tags = ['offerings'];
const FacilityParams = z.object({ id: Id });
const OfferingParams = z.object({ id: Id });

/** `POST` and `GET /v1/facilities/{id}/offerings`, `GET` and `PATCH /v1/offerings/{id}`. */
export function registerOfferings(app: Server, context: Context): void {
  const store = createOfferingStore(context.db);
  registerNew(app, context, store);
  registerRead(app, context, store);
  registerChange(app, context, store);
}

type Store = ReturnType<typeof createOfferingStore>;

function recordFor(
  row: OfferingRow,
  { facility, caller }: { facility: Pick<FacilityRow, 'organisationId'>; caller: Caller },
): Offering {
  const record = offeringRecord(row);
  return knowsDesksOf(caller, facility.organisationId) ? record : publicOffering(record);
}

function registerNew(app: Server, { journal, db, now, newId }: Context, store: Store): void {
  const facilities = createFacilityStore(db);
  app.post(
    '/v1/facilities/:id/offerings',
    {
      config: { access: administrators },
      schema: {
        tags,
        operationId: 'recordOffering',
        summary: 'Record what a facility offers',
        description: 'One offering for each service: what is offered already is changed, not added.',
        headers: writeHeaders,
        params: FacilityParams,
        body: NewOffering,
        response: {
          201: Offering,
          ...problemResponses('not-found', 'already-exists', 'contention', ...writeProblems),
        },
      },
    },
    async (request, reply) => {
      const made = { id: newId(), occasion: occasionOf(request, now()) };
      const written = await decideAndRecord({
        journal,
        key: keyOf(request),
        read: () => facilities.find(request.params.id),
        decide: (facility) => newOffering(facility, request.body, made),
      });
      const done = settled(written, { offering_once: 'already-exists' });
      const row = done.kind === 'recorded' ? done.result : (await store.find(done.subject))?.offering;
      if (row === undefined) throw refused('not-found');
      return reply
        .code(201)
        .headers({ location: `/v1/offerings/${row.id}`, etag: etagOf(row.version) })
        .send(offeringRecord(row));
    },
  );
}

function registerRead(app: Server, { db }: Context, store: Store): void {
  const facilities = createFacilityStore(db);
  app.get(
    '/v1/facilities/:id/offerings',
    {
      config: { access: readers },
      schema: {
        tags,
        operationId: 'listOfferings',
        summary: 'List what a facility offers',
        description: "By the service's code. Whatever the capacity.",
        params: FacilityParams,
        querystring: PageQuery,
        response: { 200: pageOf(Offering), ...problemResponses('not-found', 'cursor-invalid') },
      },
    },
    async ({ params, query, caller }) => {
      const after = decodeCursor(query.cursor, z.tuple([ServiceCode]));
      const facility = await facilities.find(params.id);
      if (facility === null) throw refused('not-found');
      const rows = await store.listOf(params.id, { afterService: after?.[0] ?? null, limit: query.limit + 1 });
      const { items, next } = page(rows, query.limit, ({ service }) => [service]);
      return { items: items.map((row) => recordFor(row, { facility, caller })), next };
    },
  );

  app.get(
    '/v1/offerings/:id',
    {
      config: { access: readers },
      schema: {
        tags,
        operationId: 'getOffering',
        summary: 'Read an offering',
        description: 'One service that a facility delivers, and on what conditions; its version is in ETag.',
        params: OfferingParams,
        response: { 200: Offering, ...problemResponses('not-found') },
      },
    },
    async ({ params, caller }, reply) => {
      const found = await store.find(params.id);
      if (found === null) throw refused('not-found');
      const { offering, facility } = found;
      return reply.header('etag', etagOf(offering.version)).send(recordFor(offering, { facility, caller }));
    },
  );
}

function registerChange(app: Server, { journal, now }: Context, store: Store): void {
  app.patch(
    '/v1/offerings/:id',
    {
      config: { access: offeringKeepers },
      schema: {
        tags,
        operationId: 'changeOffering',
        summary: 'Change an offering',
        description:
          'For administrators, and for a facility that its token names. What is not sent stays, null takes a condition away; every change, an empty one too, says that the offering stands so now (`verifiedAt`).',
        headers: changeHeaders,
        params: OfferingParams,
        body: OfferingPatch,
        response: {
          200: Offering,
          ...problemResponses(...changeProblems),
        },
      },
    },
    async (request, reply) => {
      if (!hasIfMatch(request)) throw refused('precondition-required');
      const { body, caller, params } = request;
      const asked = { ifMatch: request.headers['if-match'], occasion: occasionOf(request, now()) };
      const findKept = async (id: string) => {
        const found = await store.find(id);
        return found !== null && keepsOfferingsOf(caller, found.facility.id) ? found : null;
      };
      const written = await decideAndRecord({
        journal,
        key: keyOf(request),
        read: () => findKept(params.id),
        decide: (before) => changedOffering(before, body, asked),
      });
      const done = settled(written);
      const row = done.kind === 'recorded' ? done.result : (await findKept(done.subject))?.offering;
      if (row === undefined) throw refused('not-found');
      return reply.header('etag', etagOf(row.version)).send(offeringRecord(row));
    },
  );
}
