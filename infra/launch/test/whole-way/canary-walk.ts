import {
  Beneficiary,
  Consent,
  IntakeBatch,
  IssuedSubscription,
  Message,
  Offering,
  Referral,
  Subscription,
} from '@rohnamo/contracts';
import { aBeneficiary, aConsent, aReferral, eventually, type FakeFacility } from '@rohnamo/testkit';
import { expect } from 'vitest';
import { type Answer, pageOf, type Sending } from './api.ts';
import { type Aviary, foundIn } from './canaries.ts';
import type { Handoff } from './handoff.ts';
import { parkTheNext } from './parked-on-purpose.ts';
import type { DemoRole } from './stack-json.ts';

export interface Walk {
  birds: Aviary;
  facility: FakeFacility;
  /** Every problem that was answered on the way. */
  refusals: Answer[];
}

/** One handoff in which every personal field holds a canary; and on the way everything is refused that can be. */
export async function canaryWalk(handoff: Handoff, { birds, facility, refusals }: Walk): Promise<void> {
  const { stack, as, offeringId } = handoff;
  const { registry, referral: referrals, notifications } = stack.services;
  const officer = as('migration-service');
  const refusedTo = async (role: DemoRole, url: string, sending?: Sending) => {
    const answer = await as(role).send(url, sending);
    expect(answer.status, `${sending?.method} ${url}: ${JSON.stringify(answer.body)}`).toBeGreaterThanOrEqual(400);
    refusals.push(answer);
  };
  const post = (body: unknown, headers = {}) => ({ method: 'POST' as const, body, headers });

  const subscriptions = `${notifications}/v1/subscriptions`;
  const subscribing = { url: `${facility.url}/hook` };
  const { id: subscription, secret } = await as('facility').post(subscriptions, subscribing, IssuedSubscription);
  facility.useSecret(secret ?? '');

  const person = aPerson(birds);
  const { id: beneficiaryId } = await officer.post(`${registry}/v1/beneficiaries`, person, Beneficiary);
  await registeredAtTheSameTime(handoff, birds, refusals);
  await push(handoff, birds, refusals);

  const people = `${registry}/v1/beneficiaries`;
  const bad = `bad-${person.givenName}`;
  await refusedTo('migration-service', people, post(person));
  await refusedTo('migration-service', people, post({ ...person, birthDate: bad, phone: bad, [bad]: bad }));
  // A district is a code of the directory, so what is none stands nowhere.
  await refusedTo(
    'migration-service',
    people,
    post({ ...person, districtId: birds.ascii('refused-districtId').slice(0, 32) }),
  );
  await refusedTo('migration-service', people, post(`{"givenName": "${bad}`, { 'content-type': 'application/json' }));
  await refusedTo('migration-service', people, post(bad, { 'content-type': bad.replace(/[^ -~]/g, '') }));
  await refusedTo('migration-service', people, post(person, { 'acting-person': String(person.phone) }));
  await refusedTo('migration-service', people, post(person, { 'idempotency-key': String(person.phone).repeat(30) }));
  await refusedTo('supervisor', people, post(person));
  await refusedTo('migration-service', `${people}/${encodeURIComponent(bad)}?name=${encodeURIComponent(bad)}`);
  await refusedTo('migration-service', `${registry}/${encodeURIComponent(bad)}?name=${encodeURIComponent(bad)}`);
  await refusedTo(
    'migration-service',
    `${referrals}/v1/referrals?cursor=${encodeURIComponent(bad)}&state=${encodeURIComponent(bad)}`,
  );
  await refusedTo(
    'migration-service',
    `${people}/lookup`,
    post({ sourceSystem: bad, externalId: birds.ascii('refused-externalId') }),
  );
  await refusedTo('migration-service', `${people}/${beneficiaryId}`, {
    method: 'PATCH',
    body: { village: bad },
    headers: { 'if-match': '"77"' },
  });
  const nobody = await fetch(`${people}/${beneficiaryId}`, {
    headers: { authorization: `Bearer ${birds.ascii('refused-token')}` },
  });
  refusals.push({ status: nobody.status, headers: nobody.headers, body: await nobody.text() });

  const consenting = aConsent(stack.clients.facility.organisationId, {
    giverName: birds.text('giverName'),
    witness: birds.text('witness'),
    bestInterestReason: birds.text('bestInterestReason'),
  });
  const consents = `${people}/${beneficiaryId}/consents`;
  const { id: consentId } = await officer.post(consents, consenting, Consent);
  await refusedTo('migration-service', consents, post({ ...consenting, method: bad, languageRead: bad }));

  const referring = aReferral(
    { beneficiaryId, consentId, offeringId },
    {
      safeContact: { method: 'phone', phone: birds.phone('safeContact.phone'), note: birds.text('safeContact.note') },
      reason: birds.text('reason'),
      servicesAlreadyGiven: birds.text('servicesAlreadyGiven'),
      reference: birds.ascii('reference'),
      treatmentInterrupted: birds.text('treatmentInterrupted'),
      restrictedNotes: birds.text('restrictedNotes'),
      returnedOn: birds.day('referral-returnedOn', 1953),
      planningSession: {
        reference: birds.ascii('planningSession.reference'),
        goal: birds.text('planningSession.goal'),
      },
      minor: {
        legalRepresentative: birds.text('minor.legalRepresentative'),
        caregiver: birds.text('minor.caregiver'),
        relationship: birds.text('minor.relationship'),
        caregiverInformed: false,
        whyNotInformed: birds.text('minor.whyNotInformed'),
      },
    },
  );
  const { id } = await officer.post(`${referrals}/v1/referrals`, referring, Referral);
  await refusedTo('migration-service', `${referrals}/v1/referrals`, post(referring));
  await refusedTo(
    'migration-service',
    `${referrals}/v1/referrals`,
    post({ ...referring, needCategory: bad, priority: bad }),
  );
  refusals.push(await screened(handoff, birds));
  const messages = `${referrals}/v1/referrals/${id}/messages`;
  await officer.post(messages, { text: birds.text('text') }, Message);
  await as('facility').send(messages);
  await refusedTo('facility-2', messages, post({ text: birds.text('refused-text') }));
  await refusedTo(
    'facility',
    `${referrals}/v1/status`,
    post({ token: birds.ascii('refused-slip-token'), birthYear: 1951 }),
  );
  const steps: [DemoRole, string, object][] = [
    ['facility', 'request_info', { question: birds.text('question') }],
    ['migration-service', 'answer_info', { answer: birds.text('answer') }],
    [
      'facility',
      'schedule',
      { appointmentAt: birds.instant('appointmentAt'), instructions: birds.text('instructions') },
    ],
    ['facility', 'start', {}],
    [
      'facility',
      'record_interim',
      { findings: birds.text('refused-interim-findings'), nextSteps: birds.text('refused-interim-nextSteps') },
    ],
    [
      'facility',
      'complete',
      {
        outcome: 'treated',
        findings: birds.text('findings'),
        nextSteps: birds.text('nextSteps'),
        followUpOn: birds.day('followUpOn', 2053),
        furtherReferral: { note: birds.text('furtherReferral.note') },
      },
    ],
    ['migration-service', 'close', { needMet: true }],
  ];
  for (const [role, action, body] of steps) {
    const url = `${referrals}/v1/referrals/${id}/${action}`;
    await refusedTo(role, url, post({ ...body, [bad]: bad, code: bad }));
    await refusedTo('facility-2', url, post(body));
    await handoff.act(role, id, action, body);
    if (action !== 'record_interim') await refusedTo(role, url, post(body)); // one report may follow another
    if (action === 'schedule') await as('facility').send(`${referrals}/v1/referrals/${id}/beneficiary`);
  }
  await parkTheNext(handoff, { ...referring, draft: true });
  for (const role of ['migration-service', 'facility', 'supervisor', 'auditor'] as const)
    await as(role).send(`${referrals}/v1/referrals/${id}/trail?verify=true`);
  await eventually(() => facility.calls.some(({ body }) => body.includes(id) && body.includes('referral.closed.v1')), {
    withinMs: 30_000,
  });
  await as('facility').post(`${subscriptions}/${subscription}/stop`, undefined, Subscription);
}

const aPerson = (birds: Aviary, prefix = '') =>
  aBeneficiary({
    givenName: birds.text(`${prefix}givenName`),
    familyName: birds.text(`${prefix}familyName`),
    fatherName: birds.text(`${prefix}fatherName`),
    birthDate: birds.day(`${prefix}birthDate`, 1951),
    phone: birds.phone(`${prefix}phone`),
    village: birds.text(`${prefix}village`),
    returnedOn: birds.day(`${prefix}returnedOn`, 1952),
    external: { sourceSystem: 'canaries', externalId: birds.ascii(`${prefix}external.externalId`) },
  });

/** Of several at once all but one meet the database's own refusal, whose words name the values. */
async function registeredAtTheSameTime({ stack, as }: Handoff, birds: Aviary, refusals: Answer[]): Promise<void> {
  const body = aPerson(birds, 'twice-');
  const url = `${stack.services.registry}/v1/beneficiaries`;
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => as('migration-service').send(url, { method: 'POST', body })),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  refusals.push(...answers.filter(({ status }) => status !== 201));
}

/** Somebody who came to the facility, with a result that its staff alone may send. Answers the refusal of the same by an officer. */
async function screened({ stack, as }: Handoff, birds: Aviary): Promise<Answer> {
  const { registry, directory, referral } = stack.services;
  const { organisationId, facilityIds } = stack.clients.facility;
  const offerings = `${directory}/v1/facilities/${facilityIds[0]}/offerings`;
  const { items } = await as('facility').get(offerings, pageOf(Offering));
  const offeringId = items.find(({ service }) => service === 'mental-health-care')?.id ?? '';
  const people = `${registry}/v1/beneficiaries`;
  const { id: beneficiaryId } = await as('facility').post(people, aBeneficiary(), Beneficiary);
  const consenting = aConsent(organisationId, { dataCategories: ['identity', 'mhpss'] });
  const { id: consentId } = await as('facility').post(`${people}/${beneficiaryId}/consents`, consenting, Consent);
  const referring = aReferral(
    { beneficiaryId, consentId, offeringId },
    {
      needCategory: 'mhpss',
      screenings: [
        {
          instrument: 'phq-9',
          version: birds.ascii('screenings.version'),
          language: 'tg',
          answeredOn: birds.day('screenings.answeredOn', 1955),
          answers: [0, 0, 0, 0, 0, 0, 0, 0, 1],
          safety: {
            actedBy: birds.ascii('screenings.safety.actedBy'),
            action: birds.text('screenings.safety.action'),
          },
        },
      ],
    },
  );
  await as('facility').post(`${referral}/v1/referrals`, { ...referring, walkIn: true }, Referral);
  const answer = await as('migration-service').send(`${referral}/v1/referrals`, { method: 'POST', body: referring });
  expect(answer.status).toBe(422);
  return answer;
}

/** One row that is taken, and one that is refused in several fields. */
async function push({ stack, as }: Handoff, birds: Aviary, refusals: Answer[]): Promise<void> {
  const officer = as('migration-service');
  const uploads = `${stack.services.registry}/v1/intake-batches?sourceSystem=canaries&confirmNewSource=true`;
  const names = ['external_id', 'given_name', 'family_name', 'father_name', 'birth_date', 'phone', 'village'];
  const taken = names.map((name) => {
    if (name === 'birth_date') return birds.day(`csv-${name}`, 1951);
    if (name === 'phone') return birds.phone(`csv-${name}`);
    return name === 'external_id' ? birds.ascii(`csv-${name}`) : birds.text(`csv-${name}`);
  });
  const refused = names.map((name) =>
    name === 'external_id' ? birds.ascii(`csv-again-${name}`) : birds.text(`refused-${name}`),
  );
  const csv = `${[names, taken, refused].map((cells) => cells.join()).join('\n')}\n`;
  const headers = { 'content-type': 'text/csv' };
  const batch = await officer.post(uploads, csv, IntakeBatch, headers);
  const url = `${stack.services.registry}/v1/intake-batches/${batch.id}`;
  const { rows } = await eventually(async () => {
    const now = await officer.get(url, IntakeBatch);
    return now.finishedAt !== null && now;
  });
  expect(rows).toMatchObject({ registered: 1, refused: 1 });
  const errors = await officer.send(`${url}/errors`);
  // The report names the row by its owner's own id, and by nothing else of it.
  expect(foundIn(JSON.stringify(errors.body), birds.canaries)).toEqual(['csv-again-external_id']);
  for (const wrong of [csv.replace('village', birds.text('refused-column')), `${csv}"${birds.text('refused-quote')}`]) {
    const answer = await officer.send(uploads, { method: 'POST', body: wrong, headers });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    refusals.push(answer);
  }
}
