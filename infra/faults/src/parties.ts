import { randomUUID } from 'node:crypto';
import {
  Beneficiary,
  Consent,
  Facility,
  IssuedSubscription,
  Offering,
  Organisation,
  type OrganisationKind,
} from '@rohnamo/contracts';
import { createApiClient } from '@rohnamo/launch';
import {
  aBeneficiary,
  aConsent,
  aFacility,
  anOffering,
  type FakeFacility,
  fakeFacility,
  type TcpProxy,
  tcpProxy,
} from '@rohnamo/testkit';
import type { Installation } from './installation.ts';
import { type Call, patientCaller } from './integrator.ts';

/** Somebody who can be referred. */
export interface Person {
  beneficiaryId: string;
  consentId: string;
}

/** Who takes part in the handoffs of an installation. */
export interface Parties {
  offeringId: string;
  credentials: Record<'referrer' | 'facility' | 'auditor', { clientId: string; clientSecret: string }>;
  /** The facility's own system, subscribed to everything. */
  system: FakeFacility;
  /** The way to that system. */
  webhookLink: TcpProxy;
  /** Registers people, each with a consent to the facility. */
  register(count: number): Promise<Person[]>;
}

const registeringAtOnce = 16;
const platform = { organisationId: '00000000-0000-7000-8000-000000000001', organisationKind: 'health-authority' };

/** A migration service that refers, a facility with a system of its own, an auditor. */
export async function gatherParties(installation: Installation): Promise<Parties> {
  const { issuer, clientOf, replicasOf } = installation;
  const at = (service: 'registry' | 'directory' | 'notifications') => replicasOf(service)[0]!.url;
  const admin = createApiClient({ issuer, ...(await clientOf({ role: 'directory-admin', ...platform })) });
  const post = { method: 'POST' } as const;
  const organisation = (kind: OrganisationKind, name: string) =>
    admin.call(`${at('directory')}/v1/organisations`, { ...post, body: { kind, name }, answer: Organisation });
  const [migration, health] = await Promise.all([
    organisation('migration-service', 'Migration service (test)'),
    organisation('health-provider', 'Health centre (test)'),
  ]);
  const facilities = `${at('directory')}/v1/facilities`;
  const facility = await admin.call(facilities, { ...post, body: aFacility(health.id), answer: Facility });
  const offering = await admin.call(`${facilities}/${facility.id}/offerings`, {
    ...post,
    body: anOffering(),
    answer: Offering,
  });
  const [referrer, nurse, auditor] = await Promise.all([
    clientOf({ role: 'migration-service', organisationId: migration.id, organisationKind: migration.kind }),
    clientOf({
      role: 'facility',
      organisationId: health.id,
      organisationKind: health.kind,
      facilityIds: [facility.id],
    }),
    clientOf({ role: 'auditor', ...platform }),
  ]);

  const system = await fakeFacility();
  const { hostname: host, port } = new URL(system.url);
  const webhookLink = await tcpProxy({ host, port: Number(port) });
  const { secret = '' } = await createApiClient({ issuer, ...nurse }).call(`${at('notifications')}/v1/subscriptions`, {
    ...post,
    body: { url: `http://${webhookLink.host}:${webhookLink.port}/rohnamo` },
    answer: IssuedSubscription,
  });
  system.useSecret(secret);
  const registry = patientCaller({ issuer, credentials: referrer, urls: () => [at('registry')] });

  return {
    offeringId: offering.id,
    credentials: { referrer, facility: nurse, auditor },
    system,
    webhookLink,
    async register(count) {
      const people: Person[] = [];
      const worker = async () => {
        while (people.length < count) people.push(await registered(registry, health.id));
      };
      await Promise.all(Array.from({ length: Math.min(count, registeringAtOnce) }, worker));
      return people.slice(0, count);
    },
  };
}

async function registered(registry: Call, recipientOrganisationId: string): Promise<Person> {
  const post = (answerKey: string) => ({ method: 'POST', headers: { 'idempotency-key': answerKey } }) as const;
  const { id: beneficiaryId } = await registry('/v1/beneficiaries', {
    ...post(randomUUID()),
    body: aBeneficiary(),
    answer: Beneficiary,
  });
  const { id: consentId } = await registry(`/v1/beneficiaries/${beneficiaryId}/consents`, {
    ...post(randomUUID()),
    body: aConsent(recipientOrganisationId),
    answer: Consent,
  });
  return { beneficiaryId, consentId };
}
