import { randomUUID } from 'node:crypto';
import type { ConsentPurpose, DataCategory, Facility, NewReferral, Offering, WorkPlace } from '@rohnamo/contracts';
import {
  createHealth,
  createLogger,
  createMetrics,
  createPool,
  createStopList,
  createVerifier,
  migrationsOf,
  registerOperations,
  startWork,
} from '@rohnamo/service-kit';
import {
  aRecordedFacility,
  aRecordedOffering,
  aReferral,
  testDatabase,
  testIssuer,
  type TokenRequest,
} from '@rohnamo/testkit';
import { uuidV7 } from '@rohnamo/journal';
import type { Transport } from '@rohnamo/messaging';
import { createReferral, type ReferralParts } from '../src/app.ts';
import { referral } from '../src/service.ts';
import { neighbours } from './neighbours.ts';

/** Where a consent is recorded: nowhere in particular unless said. */
const recordedAt = ({ facilityIds = [], deskIds = [] }: Partial<WorkPlace> = {}) => ({
  facilityIds: [...facilityIds],
  deskIds: [...deskIds],
});

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** The service as it runs, over a database of its own and as its app role, with people who refer and places that answer. */
export async function referralService({
  now,
  transport,
  expiryHours = 720,
  batch = {},
}: { now?: () => Date; transport?: Transport; expiryHours?: number; batch?: ReferralParts['batch'] } = {}) {
  const database = await testDatabase(migrationsOf(referral));
  const issuer = await testIssuer();
  const pool = createPool(database.appUrl, { applicationName: 'referral test' });
  const sealerPool = createPool(database.sealerUrl, { applicationName: 'referral test sealer', max: 2 });
  const world = neighbours();
  const verifier = createVerifier({ issuers: [issuer.url], audience: 'urn:rohnamo:api' });
  const logger = createLogger({ service: 'referral', level: 'silent' });
  const metrics = createMetrics({ service: 'referral', processMetrics: false });
  const instance = () =>
    createReferral({
      config: {
        ROUTINE_EXPIRY_HOURS: expiryHours,
        SLIP_STATUS_URL: undefined,
        PUBLIC_URL: undefined,
        RATE_LIMIT_PER_MINUTE: 1_000_000,
        TRUSTED_PROXIES: undefined,
      },
      pool,
      registry: world.registry,
      directory: world.directory,
      batch,
      verifier,
      logger,
      metrics,
      health: createHealth(),
      onError: () => undefined,
      now: now ?? (() => new Date()),
    });
  const service = await instance();
  registerOperations(service, { pool, metrics, logger });
  await service.app.ready();
  const stops = createStopList();
  const sealer = { pool: sealerPool, signingKey: Buffer.alloc(32, 3).toString('base64') };

  const referrer: TokenRequest = { role: 'migration-service', organisationId: randomUUID() };
  const facilityId = randomUUID();
  const facility: TokenRequest = { role: 'facility', organisationId: randomUUID(), facilityIds: [facilityId] };
  const stranger: TokenRequest = { role: 'migration-service', organisationId: randomUUID(), clientId: 'stranger' };
  const otherFacility: TokenRequest = {
    role: 'facility',
    organisationId: randomUUID(),
    facilityIds: [randomUUID()],
    clientId: 'other-facility',
  };
  const supervisor: TokenRequest = { role: 'supervisor', organisationId: referrer.organisationId };
  const auditor: TokenRequest = { role: 'auditor', organisationId: randomUUID() };

  const place = aRecordedFacility({ id: facilityId, organisationId: facility.organisationId });
  world.facilities.set(facilityId, place);

  /** Another facility, of an organisation of its own, and whoever answers there. */
  const elsewhere = (other: Partial<Facility> = {}) => {
    const made: Facility = { ...place, id: uuidV7(), organisationId: randomUUID(), ...other };
    world.facilities.set(made.id, made);
    const there: TokenRequest = {
      role: 'facility',
      organisationId: made.organisationId,
      facilityIds: [made.id],
      clientId: `at-${made.id.slice(0, 8)}`,
    };
    return { place: made, there };
  };

  /** Names a desk of a facility, which is told as its next version. */
  const desk = (id: string, at: string = facilityId): void => {
    const its = world.facilities.get(at);
    if (its === undefined || its.desks.some((known) => known.id === id)) return;
    world.facilities.set(at, { ...its, version: its.version + 1, desks: [...its.desks, { id, name: 'Room 4' }] });
  };

  /** A service that the facility offers, at a desk of the facility where it names one. */
  const offering = (other: Partial<Offering> = {}): Offering => {
    const made = aRecordedOffering(facilityId, { id: uuidV7(), ...other });
    world.offerings.set(made.id, made);
    if (made.deskId !== undefined) desk(made.deskId, made.facilityId);
    return made;
  };

  /** A registered person with a consent to this facility's organisation, and a referral that could be made for them. */
  const person = ({
    categories = ['identity', 'contact', 'health'] as DataCategory[],
    organisationId = referrer.organisationId,
    recipient = facility.organisationId,
    purposes = ['referral'] as ConsentPurpose[],
    endsAt = null as Date | null,
    at = undefined as Partial<WorkPlace> | undefined,
  } = {}) => {
    const beneficiaryId = uuidV7();
    const consentId = uuidV7();
    world.grounds.set(beneficiaryId, {
      person: {
        version: 1,
        beneficiaryId,
        organisationId,
        ageBand: '30-44',
        language: 'tg',
        accessRequirements: [],
        districtId: 'TJK003D010',
      },
      consent: {
        id: consentId,
        version: 1,
        beneficiaryId,
        state: 'active',
        purposes,
        recipientOrganisationId: recipient,
        dataCategories: categories,
        endsAt: endsAt?.toISOString() ?? null,
        withdrawnAt: null,
        organisationId,
        ...recordedAt(at),
      },
    });
    return { beneficiaryId, consentId };
  };
  /**
   * The person consents once more, to another recipient: what the registry says of them from then on. `by`: who recorded it; whoever
   * registered the person unless said.
   */
  const consentTo = (
    beneficiaryId: string,
    recipient: string,
    { endsAt = null, by }: { endsAt?: Date | null; by?: { organisationId: string } & Partial<WorkPlace> } = {},
  ): string => {
    const known = world.grounds.get(beneficiaryId);
    if (!known) throw new Error('there is no such person');
    const consent = {
      ...known.consent,
      id: randomUUID(),
      recipientOrganisationId: recipient,
      endsAt: endsAt?.toISOString() ?? null,
      organisationId: by?.organisationId ?? known.person.organisationId,
      ...recordedAt(by),
    };
    world.earlierConsents.set(known.consent.id, known.consent);
    world.grounds.set(beneficiaryId, { ...known, consent });
    return consent.id;
  };
  const aNewReferral = (other: Partial<NewReferral> = {}) =>
    aReferral({ ...person(), offeringId: offering().id }, other);

  const call = async (
    as: TokenRequest | null,
    method: Method,
    url: string,
    body?: object,
    headers: Record<string, string> = {},
  ) => {
    const response = await service.app.inject({
      method,
      url,
      headers: { ...(as ? await issuer.authorization(as) : {}), ...headers },
      ...(body ? { payload: body } : {}),
    });
    return { status: response.statusCode, headers: response.headers, body: response.json<Record<string, never>>() };
  };
  const refer = async (other: Partial<NewReferral> = {}) => {
    const { status, body } = await call(referrer, 'POST', '/v1/referrals', aNewReferral(other));
    if (status !== 201) throw new Error(`not referred: ${JSON.stringify(body)}`);
    return String(body['id']);
  };

  return {
    ...world,
    /** Sets it to work: until then it answers, and no more. */
    start: () => startWork(service, { transport, sealer, stops }),
    /** One more of it over the same database. It does what is due by the clock once it is started, until it is stopped. */
    replica: instance,
    database,
    pool,
    issuer,
    roles: { referrer, facility, stranger, otherFacility, supervisor, auditor },
    facilityId,
    place,
    elsewhere,
    desk,
    offering,
    person,
    consentTo,
    app: service.app,
    subscriptions: service.subscriptions,
    verifier,
    aNewReferral,
    call,
    refer,
    /** Fires an action and answers what came of it. */
    act: (as: TokenRequest, id: string, action: string, body?: object, headers?: Record<string, string>) =>
      call(as, 'POST', `/v1/referrals/${id}/${action}`, body, headers),
    async stop() {
      await service.app.close();
      await stops.stopAll();
      await issuer.stop();
      await Promise.all([pool.end(), sealerPool.end()]);
      await database.drop();
    },
  };
}
export type ReferralService = Awaited<ReturnType<typeof referralService>>;
