import { Consent, Id, NewConsent } from '@rohnamo/contracts';
import { decideAndRecord } from '@rohnamo/journal';
import {
  allow,
  changeHeaders,
  decodeCursor,
  etagOf,
  keyOf,
  page,
  pageOf,
  PageQuery,
  problemResponses,
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
import { ownedIn } from '../owned.ts';
import { refuseField } from '../refuse-field.ts';
import { createPersonStore } from '../person/store.ts';
import { placeOf } from '../place.ts';
import type { ConsentRow } from '../schema.ts';
import { type ConsentQuestion, decideConsent, decideWithdrawal, firstStanding, refuseText } from './decide.ts';
import { createConsentStore } from './store.ts';
import { viewOf } from './view.ts';

const tags = ['consents'];
const IdParams = z.strictObject({ id: Id });
const readers = allow({ roles: ['migration-service', 'facility'], scope: 'beneficiaries:read' });
const writers = allow({ roles: ['migration-service', 'facility'], scope: 'consents:write' });
const writeProblems = ['not-found', 'contention', 'idempotency-key-reused', 'overloaded', 'outcome-unknown'] as const;

type InCare = Pick<ConsentQuestion, 'person' | 'entrustedBy'>;

/** Giving, reading and withdrawing consent. */
export function consentRoutes(server: Server, context: Context): void {
  const { journal, calendar, ages, textVersions, directory, now, newId } = context;
  const persons = createPersonStore(context.pool);
  const store = createConsentStore(context.pool);
  const owned = ownedIn(context);

  /** Whom a person's consent has entrusted to them may record another: for a referral onward. */
  const personInCare = async (id: string, request: FastifyRequest): Promise<InCare> => {
    const row = await persons.byId(id);
    const { organisationId } = request.caller;
    if (row !== null && row.organisationId !== organisationId) {
      const given = await store.entrusting({ beneficiaryId: id, organisationId });
      const entrustedBy = firstStanding(given, { ...context, birthDate: row.birthDate, now: now() });
      if (entrustedBy !== null) return { person: row, entrustedBy };
    }
    return { person: await owned('beneficiary', row, request), entrustedBy: null };
  };
  const consent = async (id: string, request: FastifyRequest): Promise<ConsentRow> =>
    owned('consent', await store.byId(id), request);

  const look = async (id: string, request: FastifyRequest): Promise<ConsentRow> => {
    const row = await consent(id, request);
    await observe(journal, { kind: 'consent', subject: row.id, type: 'consent.observed.v1' }, actOf(request, now()));
    return row;
  };
  const rowOf = (outcome: Settled<ConsentRow>, request: FastifyRequest) =>
    outcome.kind === 'repeat' ? look(outcome.subject, request) : outcome.result;

  server.post(
    '/v1/beneficiaries/:id/consents',
    {
      config: { access: writers },
      schema: {
        tags,
        operationId: 'recordConsent',
        summary: 'Record a consent',
        description:
          'Per recipient organisation. A facility may record one for a person who has consented that they be referred to it, so that it can refer them onward; that one is read and withdrawn by the facility alone. Who may give it depends on the age now (of a birth year alone, the youngest reading: 31 December): small children by a caregiver, older ones by a caregiver with their assent, minors near adulthood themselves; a child-protection worker with a best-interest reason at any minor age; adults themselves. While no year of birth is on record, only a child-protection worker may. Sexual violence and trafficking stand alone, with identity and contact at most. A minor’s consent ends at the latest on the day they come of age.',
        params: IdParams,
        headers: writeHeaders,
        body: NewConsent,
        response: { 201: Consent, ...problemResponses(...writeProblems, 'guardian-required') },
      },
    },
    async (request, reply) => {
      if (!(await directory.hasOrganisation(request.body.recipientOrganisationId)))
        throw refuseField('#/recipientOrganisationId', 'must be an organisation of the directory').refuse;
      const act = actOf(request, now());
      const written = await decideAndRecord({
        journal,
        key: keyOf(request),
        read: () => personInCare(request.params.id, request),
        decide: (inCare) =>
          refuseText(request.body, textVersions) ??
          decideConsent({ id: newId(), ...inCare, request: request.body, act, calendar, ages }),
      });
      const row = await rowOf(settled(written), request);
      return reply
        .code(201)
        .headers({ location: `/v1/consents/${row.id}`, etag: etagOf(row.version) })
        .send(viewOf(row));
    },
  );

  server.get(
    '/v1/beneficiaries/:id/consents',
    {
      config: { access: readers },
      schema: {
        tags,
        operationId: 'listConsents',
        summary: 'List what a person has consented to',
        description:
          'Those that the caller’s organisation recorded, at the caller’s facility and desk, newest first: what a facility recorded to refer somebody onward is not shown to who registered them. The look is in the journal before the answer leaves.',
        params: IdParams,
        querystring: PageQuery,
        response: {
          200: pageOf(Consent),
          ...problemResponses('not-found', 'cursor-invalid', 'overloaded', 'outcome-unknown'),
        },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const [beforeId] = decodeCursor(cursor, z.tuple([Id])) ?? [];
      const { id } = request.params;
      const { organisationId } = request.caller;
      const recorded = await store.ofBeneficiary({
        id,
        organisationId,
        at: placeOf(request.caller),
        beforeId,
        limit: limit + 1,
      });
      // That there is none is told of the caller's own people alone.
      if (recorded.length === 0) await owned('beneficiary', await persons.byId(id), request);
      const found = page(recorded, limit, (row) => [row.id]);
      const detail = { consentIds: found.items.map((row) => row.id) };
      await observe(
        journal,
        { kind: 'beneficiary', subject: id, type: 'consent.observed.v1', detail },
        actOf(request, now()),
      );
      return { items: found.items.map(viewOf), next: found.next };
    },
  );

  server.get(
    '/v1/consents/:id',
    {
      config: { access: readers },
      schema: {
        tags,
        operationId: 'getConsent',
        summary: 'Read a consent',
        description:
          'For whoever works where it was recorded: the organisation, its facility, its desk. The look is in the journal before the answer leaves.',
        params: IdParams,
        response: { 200: Consent, ...problemResponses('not-found', 'overloaded', 'outcome-unknown') },
      },
    },
    async (request, reply) => {
      const row = await look(request.params.id, request);
      return reply.header('etag', etagOf(row.version)).send(viewOf(row));
    },
  );

  server.post(
    '/v1/consents/:id/withdraw',
    {
      config: { access: writers },
      schema: {
        tags,
        operationId: 'withdrawConsent',
        summary: 'Withdraw a consent',
        description:
          'By whoever works where it was recorded: the organisation, its facility, its desk. From then on nothing more is shared under it. It cannot be given back: record a new one.',
        params: IdParams,
        headers: changeHeaders,
        body: z.strictObject({}).optional(),
        response: { 200: Consent, ...problemResponses(...writeProblems, 'illegal-action', 'version-mismatch') },
      },
    },
    async (request, reply) => {
      const act = actOf(request, now());
      const written = await decideAndRecord({
        journal,
        key: keyOf(request),
        read: () => consent(request.params.id, request),
        decide: (row) => versionMismatch(request.headers['if-match'], row.version) ?? decideWithdrawal(row, act),
      });
      const row = await rowOf(settled(written), request);
      return reply.header('etag', etagOf(row.version)).send(viewOf(row));
    },
  );
}
