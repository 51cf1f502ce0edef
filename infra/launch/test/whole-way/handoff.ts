import { randomUUID } from 'node:crypto';
import { Beneficiary, Consent, Offering, Referral } from '@rohnamo/contracts';
import { aBeneficiary, aConsent, aReferral } from '@rohnamo/testkit';
import { type Client, clientOf, pageOf } from './api.ts';
import type { DemoRole, StackJson } from './stack-json.ts';

/** The parties of a stack, and the steps that most tests begin with. */
export interface Handoff {
  stack: StackJson;
  as(role: DemoRole): Client;
  /** The facility's offering of injury care. */
  offeringId: string;
  registerPerson(): Promise<string>;
  /** A consent that covers the facility and injury care. */
  consentOf(personId: string): Promise<string>;
  /** A referral of somebody new to the facility, sent. */
  sent(options?: { reference?: string; headers?: Record<string, string> }): Promise<Referral>;
  act(role: DemoRole, referralId: string, action: string, body?: object): Promise<Referral>;
  read(role: DemoRole, referralId: string): Promise<Referral>;
}

export async function handoffOver(stack: StackJson): Promise<Handoff> {
  const clients = new Map<DemoRole, Client>();
  const as = (role: DemoRole): Client => {
    const client = clients.get(role) ?? clientOf(stack, stack.clients[role]);
    clients.set(role, client);
    return client;
  };
  const { registry, directory, referral: referrals } = stack.services;
  const { facility } = stack.clients;
  const offerings = await as('facility').get(
    `${directory}/v1/facilities/${facility.facilityIds[0]}/offerings`,
    pageOf(Offering),
  );
  const offeringId = offerings.items.find(({ service }) => service === 'injury-care')?.id;
  if (offeringId === undefined) throw new Error('the demo facility offers no injury care');

  const officer = as('migration-service');
  const registerPerson = async () =>
    (await officer.post(`${registry}/v1/beneficiaries`, aBeneficiary(), Beneficiary)).id;
  const consentOf = async (personId: string) =>
    (
      await officer.post(
        `${registry}/v1/beneficiaries/${personId}/consents`,
        aConsent(facility.organisationId),
        Consent,
      )
    ).id;

  return {
    stack,
    as,
    offeringId,
    registerPerson,
    consentOf,
    async sent({ reference = randomUUID(), headers } = {}) {
      const beneficiaryId = await registerPerson();
      const consentId = await consentOf(beneficiaryId);
      const body = aReferral({ beneficiaryId, consentId, offeringId }, { reference });
      return officer.post(`${referrals}/v1/referrals`, body, Referral, headers);
    },
    act: (role, id, action, body = {}) => as(role).post(`${referrals}/v1/referrals/${id}/${action}`, body, Referral),
    read: (role, id) => as(role).get(`${referrals}/v1/referrals/${id}`, Referral),
  };
}
