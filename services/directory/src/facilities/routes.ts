import { Facility, FacilityPatch, Id, NewFacility } from '@rohnamo/contracts';
import { decideAndRecord, type Journal } from '@rohnamo/journal';
import {
  type Caller,
  changeHeaders,
  etagOf,
  hasIfMatch,
  keyOf,
  problemResponses,
  refused,
  type Server,
  settled,
  writeHeaders,
} from '@rohnamo/service-kit';
import { z } from 'zod';
import { administrators, knowsDesksOf, knowsPlacesOf, readers } from '../callers.ts';
import type { Context } from '../context.ts';
import { changeProblems, occasionOf, writeProblems } from '../occasion.ts';
import type { FacilityRow } from '../schema.ts';
import { changedFacility, newFacility } from './decide.ts';
import { eventRecord, fullRecord, publicRecord } from './record.ts';
import { createFacilityStore } from './store.ts';

const tags = ['facilities'];
const FacilityParams = z.object({ id: Id });

/** `POST /v1/facilities`, `GET` and `PATCH /v1/facilities/{id}`. */
export function registerFacilities(app: Server, context: Context): void {
  const store = createFacilityStore(context.db);
  registerNew(app, context, store);
  registerRead(app, store);
  registerChange(app, context, store);
}

type Store = ReturnType<typeof createFacilityStore>;

function recordFor(row: FacilityRow, caller: Caller): Facility {
  if (knowsPlacesOf(caller, row.organisationId)) return fullRecord(row);
  return knowsDesksOf(caller, row.organisationId) ? eventRecord(row) : publicRecord(row);
}

function registerNew(app: Server, { journal, now, newId }: Context, store: Store): void {
  app.post(
    '/v1/facilities',
    {
      config: { access: administrators },
      schema: {
        tags,
        operationId: 'recordFacility',
        summary: 'Record a facility',
        description:
          'A place that delivers a service, of an organisation in the directory. With `locationConfidential` its location and address stay with administrators and its own organisation.',
        headers: writeHeaders,
        body: NewFacility,
        response: {
          201: Facility,
          ...problemResponses('unknown-organisation', ...writeProblems),
        },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const made = { id: newId(), occasion: occasionOf(request, now()) };
      const written = await decideAndRecord({
        journal: keepingDesks(journal),
        key: keyOf(request),
        read: () => store.groundsOf(body),
        decide: (grounds) => newFacility(body, { ...made, grounds }),
      });
      const done = settled(written);
      const row = done.kind === 'recorded' ? done.result : await store.find(done.subject);
      if (row === null) throw refused('not-found');
      return reply
        .code(201)
        .headers({ location: `/v1/facilities/${row.id}`, etag: etagOf(row.version) })
        .send(recordFor(row, request.caller));
    },
  );
}

function registerRead(app: Server, store: Store): void {
  app.get(
    '/v1/facilities/:id',
    {
      config: { access: readers },
      schema: {
        tags,
        operationId: 'getFacility',
        summary: 'Read a facility',
        description:
          'Whatever its status. Location and address are null where the place is confidential and not of your own organisation; of another one’s desks you are told none.',
        params: FacilityParams,
        response: { 200: Facility, ...problemResponses('not-found') },
      },
    },
    async ({ params, caller }, reply) => {
      const row = await store.find(params.id);
      if (row === null) throw refused('not-found');
      return reply.header('etag', etagOf(row.version)).send(recordFor(row, caller));
    },
  );
}

function registerChange(app: Server, { journal, now }: Context, store: Store): void {
  app.patch(
    '/v1/facilities/:id',
    {
      config: { access: administrators },
      schema: {
        tags,
        operationId: 'changeFacility',
        summary: 'Change a facility',
        description:
          'What is not sent stays; null takes a district or an address away. A desk that an offering names cannot be left out, and a desk of one facility is never another’s. Suspended and closed facilities are in no public look-up.',
        headers: changeHeaders,
        params: FacilityParams,
        body: FacilityPatch,
        response: {
          200: Facility,
          ...problemResponses(...changeProblems),
        },
      },
    },
    async (request, reply) => {
      if (!hasIfMatch(request)) throw refused('precondition-required');
      const { body, params } = request;
      const asked = { ifMatch: request.headers['if-match'], occasion: occasionOf(request, now()) };
      const written = await decideAndRecord({
        journal: keepingDesks(journal),
        key: keyOf(request),
        read: async () => ({
          before: await store.find(params.id),
          grounds: await store.changeGroundsOf(params.id, body),
        }),
        decide: ({ before, grounds }) => changedFacility(before, body, { ...asked, grounds }),
      });
      const done = settled(written);
      const row = done.kind === 'recorded' ? done.result : await store.find(done.subject);
      if (row === null) throw refused('not-found');
      return reply.header('etag', etagOf(row.version)).send(recordFor(row, request.caller));
    },
  );
}

const ofDesks: readonly (string | null)[] = ['facility_desk_in_use', 'desk_pkey'];

/**
 * That an offering has named a desk since the offerings were read, or another facility has taken one, is a lost race: they are
 * read, and it is decided, anew.
 */
const keepingDesks = ({ pool, record }: Journal): Pick<Journal, 'pool' | 'record'> => ({
  pool,
  record: async (unit) => {
    const outcome = await record(unit);
    const isLost = outcome.kind === 'refused' && ofDesks.includes(outcome.constraint);
    return isLost ? { kind: 'lost', to: 'version' } : outcome;
  },
});
