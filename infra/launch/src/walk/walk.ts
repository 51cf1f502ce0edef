import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { patiently } from '@rohnamo/backing-services';
import {
  Beneficiary,
  Consent,
  DisclosedBeneficiary,
  FacilityFound,
  IntakeBatch,
  Referral,
  TrailEntry,
  TrailVerification,
  WebhookBody,
} from '@rohnamo/contracts';
import { samplesFolder } from '@rohnamo/samples';
import { z } from 'zod';
import { createApiClient } from '../api-client.ts';
import { say } from '../say.ts';
import { type DemoFacility, startDemoFacility } from '../stack/demo-facility.ts';
import { stepLine } from '../stack/report.ts';
import type { RunningStack } from '../stack/run-start.ts';
import type { DemoClient, DemoRole } from '../stack/stack-file.ts';
import { evidenceFileIn, walkFileIn } from '../stack/state-folder.ts';
import { until } from '../stack/until.ts';
import { ownSubscriptions } from './own-subscriptions.ts';
import { trailLines } from './trail-lines.ts';

const service = 'injury-care';
const acting = (person: string) => ({ 'acting-person': person });

/**
 * One handoff, from a row of CSV to a closed referral, through the public APIs alone, with a facility's system that receives the
 * signed webhook. Prints each step with its time, then the trail.
 * @returns whether every step held.
 */
export async function walk(running: RunningStack, clients: Record<DemoRole, DemoClient>): Promise<boolean> {
  const facility = await startDemoFacility({
    port: running.demoFacilityPort,
    evidenceFile: evidenceFileIn(running.stateFolder),
  });
  try {
    console.log('\nOne handoff, from a row of CSV to a closed referral:\n');
    const referralId = await steps(running, clients, facility);
    console.log('\nIts trail, as the auditor reads it:\n');
    console.log(trailLines(await trailOf(running, clients.auditor, referralId)).join('\n'));
    return true;
  } catch (error) {
    if (!running.signal.aborted)
      say(`the walk did not get through: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  } finally {
    await facility.stop();
  }
}

async function steps(
  { stack, signal, stateFolder }: RunningStack,
  clients: Record<DemoRole, DemoClient>,
  demo: DemoFacility,
): Promise<string> {
  const api = (role: DemoRole) => createApiClient({ issuer: stack.issuer, ...clients[role] });
  const [migration, facility] = [api('migration-service'), api('facility')];
  const { registry, directory, referral: referrals, notifications } = stack.services;
  const subscriptions = ownSubscriptions({ facility, url: notifications, file: walkFileIn(stateFolder) });
  let count = 0;
  const step = async <Value>(what: string, work: () => Promise<Value>): Promise<Value> => {
    signal.throwIfAborted();
    const began = performance.now();
    const value = await work();
    console.log(stepLine(++count, { what, elapsedMs: performance.now() - began }));
    return value;
  };
  const act = (who: typeof migration, id: string, action: string, body: object, person: string) =>
    who.call(`${referrals}/v1/referrals/${id}/${action}`, {
      method: 'POST',
      headers: acting(person),
      body,
      answer: Referral,
    });
  const holds = (what: string, isSo: boolean): void => {
    if (!isSo) throw new Error(`it did not hold that ${what}`);
  };

  const row = await oneReturnee();
  await step('the facility subscribes its system to webhooks', async () => {
    await subscriptions.stopAll();
    demo.trust(await subscriptions.subscribe(demo.url));
  });
  await step('the migration service pushes one returnee as CSV', async () => {
    const batch = await migration.call(`${registry}/v1/intake-batches?sourceSystem=sample&confirmNewSource=true`, {
      method: 'POST',
      raw: { contentType: 'text/csv', content: row.csv },
      answer: IntakeBatch,
    });
    const done = await until('the intake', async () => {
      const now = await migration.call(`${registry}/v1/intake-batches/${batch.id}`, { answer: IntakeBatch });
      return now.state === 'completed' ? now : undefined;
    });
    holds('one row was read and none refused', done.rows.read === 1 && done.rows.refused === 0);
  });
  const person = await step('an officer finds the person by the service’s own id', () =>
    migration.call(`${registry}/v1/beneficiaries/lookup`, {
      method: 'POST',
      headers: acting('officer-12'),
      body: { sourceSystem: 'sample', externalId: row.externalId },
      answer: Beneficiary,
    }),
  );
  const place = await step(`an officer looks for ${service} near Kulob`, async () => {
    const { items } = await migration.call(`${directory}/v1/facilities?near=37.91,69.78&service=${service}`, {
      answer: z.object({ items: z.array(FacilityFound) }),
    });
    const near = items.find(({ id }) => clients.facility.facilityIds.includes(id));
    holds('the demo facility is among them', near !== undefined);
    return near!;
  });
  const consent = await step('the person consents, the officer records it', () =>
    migration.call(`${registry}/v1/beneficiaries/${person.id}/consents`, {
      method: 'POST',
      headers: acting('officer-12'),
      body: {
        recipientOrganisationId: place.organisationId,
        dataCategories: ['identity', 'contact', 'health'],
        method: 'written',
        languageRead: 'tg',
        textVersion: '2026-01',
        ...row.consentedBy,
      },
      answer: Consent,
    }),
  );
  const sent = await step('the officer refers the person', () =>
    migration.call(`${referrals}/v1/referrals`, {
      method: 'POST',
      headers: acting('officer-12'),
      body: {
        beneficiaryId: person.id,
        offeringId: place.offerings.find((offering) => offering.service === service)?.id,
        needCategory: 'physical-injury',
        consentId: consent.id,
        safeContact: { method: 'do-not-call' },
      },
      answer: Referral,
    }),
  );
  const id = sent.id;
  await step('the facility’s system receives the signed webhook', async () => {
    const { body } = await demo.received((message) => WebhookBody.safeParse(message.body).data?.id === id, {
      deadlineMs: patiently(120_000),
    });
    holds('it says referral.sent.v1', WebhookBody.parse(body).type === 'referral.sent.v1');
  });
  await step('the referral shows that the facility was told', () =>
    until('the receipt', async () => {
      const { receipts = [] } = await migration.call(`${referrals}/v1/referrals/${id}`, { answer: Referral });
      return receipts.some(({ state }) => state === 'delivered') || undefined;
    }),
  );
  await step('a nurse opens it, and sees no more than triage needs', async () => {
    const seen = await facility.call(`${referrals}/v1/referrals/${id}`, {
      headers: acting('nurse-3'),
      answer: Referral,
    });
    holds('the view is triage', seen.view === 'triage' && seen.details === undefined);
  });
  await step('the nurse acknowledges', () => act(facility, id, 'acknowledge', {}, 'nurse-3'));
  await step('the nurse accepts', () => act(facility, id, 'accept', {}, 'nurse-3'));
  await step('the nurse reads who the person is; the registry allows it, now', () =>
    facility.call(`${referrals}/v1/referrals/${id}/beneficiary`, {
      headers: acting('nurse-3'),
      answer: DisclosedBeneficiary,
    }),
  );
  await step('the nurse gives an appointment', () =>
    act(facility, id, 'schedule', { appointmentAt: new Date(Date.now() + 24 * 3600 * 1000).toISOString() }, 'nurse-3'),
  );
  await step('the person is here', () => act(facility, id, 'start', {}, 'nurse-3'));
  await step('the facility reports the outcome', () =>
    act(facility, id, 'complete', { outcome: 'treated', nextSteps: 'Come again in two weeks.' }, 'nurse-3'),
  );
  await step('the officer hears that the person was served, and closes', async () => {
    const heard = await migration.call(`${referrals}/v1/referrals/${id}`, { answer: Referral });
    holds('the person was served', heard.result?.served === 'served' && heard.outcome === undefined);
    await act(migration, id, 'close', { needMet: true }, 'officer-12');
  });
  await step('the trail has every step once, each proved under a signed checkpoint', async () => {
    const { items, verification } = await until('the seal', async () => {
      const trail = await trailPage({ referrals, who: api('auditor'), id });
      return trail.verification?.pending === 0 ? trail : undefined;
    });
    const versions = items.flatMap(({ version }) => (version === null ? [] : [version]));
    holds('the versions are 1 to 7', versions.join() === '1,2,3,4,5,6,7');
    holds('every entry is the one that was sealed', verification?.sealed === items.length);
    if (verification?.checkpoint) demo.keep(verification.checkpoint);
  });
  await subscriptions.stopAll(); // nobody listens there once the walk is over
  return id;
}

const TrailPage = z.object({ items: z.array(TrailEntry), verification: TrailVerification.nullable() });
const trailPage = ({
  referrals,
  who,
  id,
}: {
  referrals: string;
  who: ReturnType<typeof createApiClient>;
  id: string;
}) => who.call(`${referrals}/v1/referrals/${id}/trail?verify=true`, { answer: TrailPage });

async function trailOf({ stack }: RunningStack, auditor: DemoClient, id: string): Promise<TrailEntry[]> {
  const { items } = await trailPage({
    referrals: stack.services.referral,
    who: createApiClient({ issuer: stack.issuer, ...auditor }),
    id,
  });
  return items;
}

/** One adult of the sample returnees, another at each start, as a CSV file of one row. */
async function oneReturnee() {
  const [header = '', ...lines] = (await readFile(join(samplesFolder, 'returnees.csv'), 'utf8')).trim().split('\n');
  const birthDate = header.split(',').indexOf('birth_date');
  const adults = lines.filter(
    (line) => Number((line.split(',')[birthDate] ?? '').slice(0, 4)) < new Date().getUTCFullYear() - 20,
  );
  const line = adults[Math.floor(Math.random() * adults.length)];
  if (line === undefined) throw new Error('the samples have no adult');
  return { externalId: line.split(',')[0] ?? '', csv: `${header}\n${line}\n`, consentedBy: { givenBy: 'self' } };
}
