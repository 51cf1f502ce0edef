import { Consent, Referral } from '@rohnamo/contracts';
import { ApiRefusal, createApiClient } from '@rohnamo/launch';
import { aReferral, eventually } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Installation, startInstallation } from '../src/installation.ts';
import { gatherParties, type Parties, type Person } from '../src/parties.ts';

/** Real processes, a broker and a registry that are taken away, and consents that are withdrawn meanwhile. */
let installation: Installation;
let parties: Parties;
let referrer: ReturnType<typeof createApiClient>;
let nurse: ReturnType<typeof createApiClient>;
beforeAll(async () => {
  installation = await startInstallation({});
  parties = await gatherParties(installation);
  const { issuer } = installation;
  referrer = createApiClient({ issuer, ...parties.credentials.referrer });
  nurse = createApiClient({ issuer, ...parties.credentials.facility });
}, 240_000);
afterAll(() => installation.stop(), 60_000);

/** A client of Kafka that has lost its broker may take a minute until it hears again. */
const settled = { withinMs: 180_000 };
const urlOf = (service: 'referral' | 'registry') => installation.replicasOf(service)[0]!.url;
const referralUrl = (id: string, action = '') => `${urlOf('referral')}/v1/referrals/${id}${action}`;
const sent = async () => {
  const [person] = await parties.register(1);
  const body = aReferral({ ...person!, offeringId: parties.offeringId });
  const { id } = await referrer.call(`${urlOf('referral')}/v1/referrals`, { method: 'POST', body, answer: Referral });
  return { id, person: person! };
};
/** Sent again where the connection breaks: the registry may just have been stopped and started. */
const withdraw = ({ consentId }: Person) =>
  eventually(
    () =>
      referrer.call(`${urlOf('registry')}/v1/consents/${consentId}/withdraw`, {
        method: 'POST',
        body: {},
        answer: Consent,
      }),
    settled,
  );
const accept = (id: string) => nurse.call(referralUrl(id, '/accept'), { method: 'POST', body: {}, answer: Referral });
const schedule = (id: string) =>
  nurse.call(referralUrl(id, '/schedule'), {
    method: 'POST',
    body: { appointmentAt: new Date(Date.now() + 24 * 3_600_000).toISOString() },
    answer: Referral,
  });
const read = (id: string) => nurse.call(referralUrl(id), { answer: Referral });
const lookAt = (id: string) => nurse.call(referralUrl(id, '/beneficiary'), { answer: z.unknown() });
const problemOf = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    await call;
  } catch (error) {
    if (error instanceof ApiRefusal) return error.problem;
    throw error;
  }
  return null;
};

/** Does something while no event gets through, and lets them through again. */
async function withoutBroker(work: () => Promise<void>): Promise<void> {
  const [broker] = installation.brokers;
  broker!.link.cut();
  try {
    await work();
  } finally {
    broker!.link.resume();
  }
}
async function withoutRegistry(work: () => Promise<void>): Promise<void> {
  const [registry] = installation.replicasOf('registry');
  await registry!.stop();
  try {
    await work();
  } finally {
    await registry!.start();
    await eventually(async () => (await fetch(`${registry!.url}/health/live`)).ok, settled);
  }
}
const cancelled = { state: 'cancelled', reasonCode: 'consent-withdrawn', view: 'triage', sharingStopped: true };

describe('with the broker stopped', { timeout: 300_000 }, () => {
  it('nobody is taken on under a consent that was withdrawn, and the referral is stopped', async () => {
    const { id, person } = await sent();
    await withoutBroker(async () => {
      await withdraw(person);
      expect(await problemOf(accept(id))).toMatchObject({ type: '/problems/consent-missing' });
      expect(await read(id)).toMatchObject(cancelled);
    });
  });

  it('a withdrawal after acceptance closes the details at the next look', async () => {
    const { id, person } = await sent();
    await withoutBroker(async () => {
      expect(await accept(id)).toMatchObject({ view: 'details', consentUnconfirmed: false });
      await withdraw(person);
      expect(await problemOf(lookAt(id))).toMatchObject({ type: '/problems/details-closed' });
      expect(await read(id)).toMatchObject({ state: 'accepted', view: 'triage', sharingStopped: true });
    });
  });
});

describe('somebody who was taken on before', { timeout: 300_000 }, () => {
  it('a withdrawal after acceptance stops sharing as an appointment is given, and care goes on', async () => {
    const { id, person } = await sent();
    await accept(id);
    await withoutBroker(async () => {
      await withdraw(person);
      expect(await schedule(id)).toMatchObject({ state: 'scheduled', view: 'triage', sharingStopped: true });
    });
  });

  it('is given an appointment behind closed details while the registry is stopped, and they open by themselves', async () => {
    const { id } = await sent();
    await accept(id);
    await withoutRegistry(async () => {
      expect(await schedule(id)).toMatchObject({ state: 'scheduled', view: 'triage', consentUnconfirmed: true });
    });
    await eventually(async () => (await read(id)).view === 'details', settled);
  });
});

describe('with the registry stopped', { timeout: 300_000 }, () => {
  it('who is taken on is cared for behind closed details, which open by themselves', async () => {
    const { id } = await sent();
    await withoutRegistry(async () => {
      expect(await accept(id)).toMatchObject({ state: 'accepted', view: 'triage', consentUnconfirmed: true });
      expect(await read(id)).toMatchObject({ view: 'triage', consentUnconfirmed: true });
    });
    await eventually(async () => (await read(id)).view === 'details', settled);
    expect(await read(id)).toMatchObject({ state: 'accepted', consentUnconfirmed: false });
  });

  it('and the broker, too, a withdrawal before acceptance stops the referral once it can be asked', async () => {
    const { id, person } = await sent();
    await withoutBroker(async () => {
      await withdraw(person);
      await withoutRegistry(async () => {
        expect(await accept(id)).toMatchObject({ state: 'accepted', view: 'triage', consentUnconfirmed: true });
      });
      await eventually(async () => (await read(id)).state === 'cancelled', settled);
      expect(await read(id)).toMatchObject(cancelled);
    });
  });

  it('a withdrawal after acceptance leaves care, behind closed details', async () => {
    const { id, person } = await sent();
    await withoutRegistry(async () => {
      expect(await accept(id)).toMatchObject({ view: 'triage', consentUnconfirmed: true });
    });
    await withdraw(person);
    await eventually(async () => (await read(id)).sharingStopped, settled);
    expect(await read(id)).toMatchObject({ state: 'accepted', view: 'triage', consentUnconfirmed: false });
    expect(await problemOf(lookAt(id))).toMatchObject({ type: '/problems/details-closed' });
  });
});
