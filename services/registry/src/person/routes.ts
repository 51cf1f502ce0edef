import { Beneficiary, BeneficiaryPatch, ExternalIdentity, Id, NewBeneficiary } from '@rohnamo/contracts';
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
  type Settled,
  type Server,
  writeHeaders,
  versionMismatch,
} from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actOf } from '../act.ts';
import type { Context } from '../context.ts';
import { observe } from '../observe.ts';
import type { Directory } from '../directory.ts';
import { ownedIn } from '../owned.ts';
import { refuseField } from '../refuse-field.ts';
import type { BeneficiaryRow } from '../schema.ts';
import { decideConfirmation, decidePatch, decideRegistration } from './decide.ts';
import { createPersonStore } from './store.ts';
import { viewOf } from './view.ts';

const tags = ['beneficiaries'];
const IdParams = z.strictObject({ id: Id });
const readers = allow({ roles: ['migration-service', 'facility'], scope: 'beneficiaries:read' });
const writers = allow({ roles: ['migration-service', 'facility'], scope: 'beneficiaries:write' });

/** Registering a person, reading and changing one. */
export function personRoutes(server: Server, context: Context): void {
  const { journal, calendar, directory, now, newId } = context;
  const store = createPersonStore(context.pool);
  const owned = ownedIn(context);

  /** A person of the caller's organisation, once the look is in the journal. */
  const look = async (id: string, request: FastifyRequest): Promise<BeneficiaryRow> => {
    const row = await owned('beneficiary', await store.byId(id), request);
    const detail = { categories: ['identity', 'contact'] };
    await observe(
      journal,
      { kind: 'beneficiary', subject: row.id, type: 'beneficiary.observed.v1', detail },
      actOf(request, now()),
    );
    return row;
  };

  const rowOf = (outcome: Settled<BeneficiaryRow>, request: FastifyRequest) =>
    outcome.kind === 'repeat' ? look(outcome.subject, request) : outcome.result;

  server.post(
    '/v1/beneficiaries',
    {
      config: { access: writers },
      schema: {
        tags,
        operationId: 'registerBeneficiary',
        summary: 'Register a person',
        description:
          'A given and a family name suffice. With `external`, the person is known once per source system and external id: a second registration answers 409 with the `id` of the first.',
        headers: writeHeaders,
        body: NewBeneficiary,
        response: {
          201: Beneficiary,
          ...problemResponses(
            'already-exists',
            'contention',
            'idempotency-key-reused',
            'overloaded',
            'outcome-unknown',
          ),
        },
      },
    },
    async (request, reply) => {
      await refuseUnknownDistrict(directory, request.body);
      const act = actOf(request, now());
      const { external } = request.body;
      const findKnown = async () => {
        if (external === undefined) return null;
        const { organisationId } = act;
        const found = await store.byExternalIds({
          organisationId,
          sourceSystem: external.sourceSystem,
          externalIds: [external.externalId],
        });
        return found.get(external.externalId) ?? null;
      };
      const written = await decideAndRecord({
        journal,
        key: keyOf(request),
        read: findKnown,
        decide: (known) =>
          decideRegistration({ id: newId(), person: request.body, known, act, today: calendar.dayOf(act.time) }),
      });
      // Another request registered the same person between our look and our write.
      if (written.kind === 'constraint' && written.constraint?.startsWith('beneficiary_external') === true)
        throw refused('already-exists', { extensions: { id: (await findKnown())?.id } });
      const row = await rowOf(settled(written), request);
      return reply
        .code(201)
        .headers({ location: `/v1/beneficiaries/${row.id}`, etag: etagOf(row.version) })
        .send(viewOf(row));
    },
  );

  server.get(
    '/v1/beneficiaries/:id',
    {
      config: { access: readers },
      schema: {
        tags,
        operationId: 'getBeneficiary',
        summary: 'Read a person',
        description: 'The look is in the journal before the answer leaves.',
        params: IdParams,
        response: { 200: Beneficiary, ...problemResponses('not-found', 'overloaded', 'outcome-unknown') },
      },
    },
    async (request, reply) => {
      const row = await look(request.params.id, request);
      return reply.header('etag', etagOf(row.version)).send(viewOf(row));
    },
  );

  server.post(
    '/v1/beneficiaries/lookup',
    {
      config: { access: readers },
      schema: {
        tags,
        operationId: 'lookUpBeneficiary',
        summary: 'Find a person by the id of the system they came from',
        description:
          'Questions about a person are asked in the body, never in a URL. Answered like reading the person.',
        body: ExternalIdentity,
        response: { 200: Beneficiary, ...problemResponses('not-found', 'overloaded', 'outcome-unknown') },
      },
    },
    async (request, reply) => {
      const { sourceSystem, externalId } = request.body;
      const { organisationId } = request.caller;
      const found = await store.byExternalIds({ organisationId, sourceSystem, externalIds: [externalId] });
      const known = found.get(externalId);
      if (known === undefined) throw refused('not-found');
      const row = await look(known.id, request);
      return reply.header('etag', etagOf(row.version)).send(viewOf(row));
    },
  );

  server.patch(
    '/v1/beneficiaries/:id',
    {
      config: { access: writers },
      schema: {
        tags,
        operationId: 'changeBeneficiary',
        summary: 'Change what is known about a person',
        description:
          'Only what is named changes; null takes away what was known. A change of name, sex or birth date, other than one that was not known or becomes exact, closes disclosure under consents that were recorded before, until it is confirmed that the person is the same: with `samePerson` here, or later.',
        params: IdParams,
        headers: changeHeaders.omit({ 'idempotency-key': true }),
        body: BeneficiaryPatch,
        response: {
          200: Beneficiary,
          ...problemResponses(
            'not-found',
            'precondition-required',
            'version-mismatch',
            'contention',
            'overloaded',
            'outcome-unknown',
          ),
        },
      },
    },
    async (request, reply) => {
      if (!hasIfMatch(request)) throw refused('precondition-required');
      await refuseUnknownDistrict(directory, request.body);
      const { id } = request.params;
      const act = actOf(request, now());
      const written = await decideAndRecord({
        journal,
        read: async () => owned('beneficiary', await store.byId(id), request),
        decide: (row) =>
          versionMismatch(request.headers['if-match'], row.version) ??
          decidePatch({ row, patch: request.body, act, today: calendar.dayOf(act.time) }),
      });
      const row = await rowOf(settled(written), request);
      return reply.header('etag', etagOf(row.version)).send(viewOf(row));
    },
  );

  server.post(
    '/v1/beneficiaries/:id/confirm-identity',
    {
      config: { access: writers },
      schema: {
        tags,
        operationId: 'confirmIdentity',
        summary: 'Confirm that a person is the same who consented',
        description:
          'For the organisation that registered the person. Where name, sex or birth date have changed since a consent was recorded, details are disclosed under it only once somebody has said that it is the same person. The entry says who and when. If-Match with the version that was read.',
        params: IdParams,
        headers: changeHeaders,
        body: z.strictObject({}).optional(),
        response: {
          200: Beneficiary,
          ...problemResponses(
            'not-found',
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
      const act = actOf(request, now());
      const read = async () => owned('beneficiary', await store.byId(id), request);
      await read();
      if (!hasIfMatch(request)) throw refused('precondition-required');
      const written = await decideAndRecord({
        journal,
        key: keyOf(request),
        read,
        decide: (row) => versionMismatch(request.headers['if-match'], row.version) ?? decideConfirmation(row, act),
      });
      const row = await rowOf(settled(written), request);
      return reply.header('etag', etagOf(row.version)).send(viewOf(row));
    },
  );
}

/** @throws Refused invalid-field for a district that the directory does not have */
async function refuseUnknownDistrict(
  directory: Directory,
  { districtId }: { districtId?: string | null | undefined },
): Promise<void> {
  if (!districtId || (await directory.districts())?.has(districtId) !== false) return;
  throw refuseField('#/districtId', 'must be the code of a district or town of the directory: see its /v1/places')
    .refuse;
}
