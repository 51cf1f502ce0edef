import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lastingPort } from '@rohnamo/backing-services';
import { Consent, Facility, IntakeBatch, type NewConsent, Offering, Subscription } from '@rohnamo/contracts';
import { aClientMadeId, aConsent, aReferral, eventually } from '@rohnamo/testkit';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { workspaceRoot } from '../../src/workspace-root.ts';
import { pageOf } from './api.ts';
import type { Handoff } from './handoff.ts';
import type { DemoRole } from './stack-json.ts';

const run = promisify(execFile);
/** A call that is refused ends the shell, and one that is told "later" is made again; each answer is a line of its own. */
const prelude = `set -euo pipefail
curl() { command curl --silent --show-error --fail --retry 5 --write-out '\\n' "$@"; }
`;
const printedCode = /(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\s+(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}/;
const Found = Facility.pick({ id: true, organisationId: true }).extend({ offerings: z.array(Offering) });

type Variables = Readonly<Record<string, string>>;

/** Every call with curl that the integrator guide shows, as it stands there. */
export function describeTheCallsOfTheIntegratorGuide(handoff: () => Handoff): void {
  describe('the integrator guide', () => {
    const blocks = callsByHeading();
    const ran = new Set<string>();
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'rohnamo-calls-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    /** Runs the first block of calls under a heading, or the one of this number. Answers what each was answered. */
    async function call(heading: string, variables: Variables, number = 1): Promise<unknown[]> {
      const commands = blocks.get(heading)?.[number - 1];
      if (commands === undefined) throw new Error(`there is no block ${number} under "${heading}"`);
      ran.add(commands);
      const { services, issuer } = handoff().stack;
      const { stdout } = await run('bash', ['-c', prelude + commands], {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          LANG: 'C.UTF-8',
          ISSUER: issuer,
          REFERRALS: services.referral,
          NOTIFICATIONS: services.notifications,
          REGISTRY: services.registry,
          ...variables,
        },
      });
      const answers = stdout.split('\n').filter((line) => line !== '');
      return answers.map((answer) => JSON.parse(answer) as unknown);
    }

    async function tokenOf(role: DemoRole): Promise<{ TOKEN: string }> {
      const { clientId, clientSecret } = handoff().stack.clients[role];
      const [answer] = await call('Tokens', { CLIENT_ID: clientId, CLIENT_SECRET: clientSecret });
      return { TOKEN: z.object({ access_token: z.string() }).parse(answer).access_token };
    }

    /** Somebody new, and what a referral of theirs to the facility leans on. */
    async function newPerson() {
      const { registerPerson, consentOf, offeringId } = handoff();
      const person = await registerPerson();
      return { PERSON: person, CONSENT: await consentOf(person), OFFERING: offeringId };
    }

    async function sent() {
      const { id, details } = await handoff().sent();
      return { ID: id, PERSON: details?.beneficiaryId ?? '' };
    }

    /** Another place with a service, and a consent that lets the person be referred there. */
    async function elsewhere(
      role: DemoRole,
      person: string,
      service: string,
      categories: NewConsent['dataCategories'],
    ) {
      const { stack, as } = handoff();
      const { registry, directory } = stack.services;
      const { items } = await as(role).get(
        `${directory}/v1/facilities?near=37.91,69.78&service=${service}`,
        pageOf(Found),
      );
      const place = items.find(({ id }) => id !== stack.clients.facility.facilityIds[0]);
      const offering = place?.offerings.find((offered) => offered.service === service);
      const consent = aConsent(place?.organisationId ?? '', { dataCategories: categories });
      const { id } = await as(role).post(`${registry}/v1/beneficiaries/${person}/consents`, consent, Consent);
      return { OFFERING: offering?.id ?? '', CONSENT: id };
    }

    it('shows how to ask what to do next: what was sent is to be acknowledged', async () => {
      await handoff().sent();
      const [page] = await call('What to do next', await tokenOf('facility'));
      expect(page).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ task: 'acknowledge' })]) });
    });

    it('shows how to ask where to refer: places with the organisation that a consent must name', async () => {
      const [answer] = await call('Where to refer', await tokenOf('migration-service'));
      const place = { organisationId: expect.any(String), offeringId: expect.any(String) };
      expect(answer).toMatchObject({ advice: null, items: expect.arrayContaining([expect.objectContaining(place)]) });
    });

    it('shows how to keep a draft under an id of one’s own, and to send it', async () => {
      const ID = aClientMadeId();
      const variables = { ...(await tokenOf('migration-service')), ...(await newPerson()), ID };
      expect(await call('Drafts, and referrals written offline', variables)).toMatchObject([
        { id: ID, state: 'draft' },
        { id: ID, state: 'sent' },
      ]);
    });

    it('shows how to send what was answered to a screening instrument, and is told what it may suggest', async () => {
      const variables = { ...(await tokenOf('migration-service')), ...(await newPerson()) };
      const result = { finding: true, suggests: { needCategories: ['communicable-disease'] } };
      expect(await call('Screening results', variables)).toMatchObject([{ details: { screenings: [result] } }]);
    });

    it('shows how to send a planning session, and each line is answered by its name', async () => {
      const lineOf = async (line: string) => {
        const { PERSON: beneficiaryId, CONSENT: consentId, OFFERING: offeringId } = await newPerson();
        return JSON.stringify({ line, ...aReferral({ beneficiaryId, consentId, offeringId }) });
      };
      writeFileSync(join(folder, 'session.ndjson'), `${await lineOf('first')}\n${await lineOf('second')}\n`);
      expect(await call('A planning session at once', await tokenOf('migration-service'))).toMatchObject([
        { line: 'first', status: 201 },
        { line: 'second', status: 201 },
      ]);
    });

    it('shows how to write to the other side', async () => {
      const { ID } = await sent();
      const [message] = await call('Messages', { ...(await tokenOf('migration-service')), ID });
      expect(message).toMatchObject({ referralId: ID, by: 'referrer', text: 'Is there a step at the door?' });
    });

    it('shows how to pass a referral on, which is then the other place’s', async () => {
      const { ID, PERSON } = await sent();
      const next = await elsewhere('migration-service', PERSON, 'injury-care', ['identity', 'health']);
      const variables = { ...(await tokenOf('facility')), ...next, ID };
      expect(await call('Passing on, and referring onward', variables)).toMatchObject([{ id: ID, view: 'former' }]);
      const passed = await handoff().read('migration-service', ID);
      expect(passed).toMatchObject({ state: 'sent', offeringId: next.OFFERING });
    });

    it('shows how to refer somebody onward, on a consent that the facility has recorded', async () => {
      const { ID, PERSON } = await sent();
      await handoff().act('facility', ID, 'accept');
      const next = await elsewhere('facility', PERSON, 'rehabilitation', ['identity', 'disability']);
      const variables = { ...(await tokenOf('facility')), ...next, ID, PERSON };
      const [referral] = await call('Passing on, and referring onward', variables, 2);
      const onward = { view: 'referrer', state: 'sent', offeringId: next.OFFERING, details: { beneficiaryId: PERSON } };
      expect(referral).toMatchObject(onward);
    });

    it('shows how to print a slip, by whose code the person hears where it stands, says how it was and withdraws', async () => {
      const heading = "The slip, and the person's own question";
      const { ID } = await sent();
      await call(heading, { ...(await tokenOf('migration-service')), ID });
      const pdf = await getDocumentProxy(new Uint8Array(readFileSync(join(folder, 'slip.pdf'))));
      const { text } = await extractText(pdf, { mergePages: true });
      const CODE = printedCode.exec(text)?.[0].replace(/\s+/, '-') ?? '';
      expect(await call(heading, { CODE }, 2)).toMatchObject([{ code: 'waiting' }]);
      expect(await call(heading, { CODE }, 3)).toMatchObject([{ phrase: { en: expect.any(String) } }]);
      expect(await call(heading, { CODE }, 4)).toMatchObject([{ phrase: { en: expect.any(String) } }]);
    });

    it('shows how to preview a file, and what each row would do', async () => {
      const { stack, as } = handoff();
      const variables = await tokenOf('migration-service');
      writeFileSync(join(folder, 'people.csv'), 'external_id,given_name,family_name\n1042,Фирӯза,Назарова\n1043,,B\n');
      const [pushed] = await call('Files of people', variables);
      const { id: BATCH } = IntakeBatch.parse(pushed);
      const path = `${stack.services.registry}/v1/intake-batches/${BATCH}`;
      await eventually(async () => (await as('migration-service').get(path, IntakeBatch)).finishedAt !== null);
      expect(await call('Files of people', { ...variables, BATCH }, 2)).toMatchObject([
        {
          items: [
            { row: 2, outcome: 'registered', beneficiaryId: null },
            { row: 3, outcome: 'refused' },
          ],
        },
      ]);
    });

    it('shows how to take a file back', async () => {
      const { stack, as } = handoff();
      const variables = await tokenOf('migration-service');
      const query = 'sourceSystem=our-wrong-office&confirmNewSource=true';
      const response = await fetch(`${stack.services.registry}/v1/intake-batches?${query}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${variables.TOKEN}`, 'content-type': 'text/csv' },
        body: 'external_id,given_name,family_name\n1042,Фирӯза,Назарова\n',
      });
      const { id: BATCH } = IntakeBatch.parse(await response.json());
      const path = `${stack.services.registry}/v1/intake-batches/${BATCH}`;
      const read = () => as('migration-service').get(path, IntakeBatch);
      const { version } = await eventually(async () => {
        const batch = await read();
        return batch.finishedAt !== null && batch;
      });
      const [asked] = await call('Files of people', { ...variables, BATCH, ETAG: `"${version}"` }, 3);
      expect(IntakeBatch.parse(asked).takeBack).toMatchObject({ state: 'running' });
      const done = await eventually(async () => {
        const { takeBack } = await read();
        return takeBack?.finishedAt && takeBack;
      });
      expect(done).toMatchObject({ state: 'done', persons: { takenBack: 1, left: 0 } });
    });

    it('shows how to subscribe', async () => {
      const { stack, as } = handoff();
      const RECEIVER = `http://127.0.0.1:${await lastingPort()}/rohnamo`;
      const [issued] = await call('Webhooks', { ...(await tokenOf('facility')), RECEIVER });
      const { id, secret } = z.object({ id: z.string(), secret: z.string() }).parse(issued);
      expect(secret).toMatch(/^whsec_/);
      await as('facility').post(`${stack.services.notifications}/v1/subscriptions/${id}/stop`, undefined, Subscription);
    });

    it('shows no call that was not made here', () => {
      expect([...ran].toSorted()).toEqual([...blocks.values()].flat().toSorted());
    });
  });
}

/** The blocks of shell in the guide, by the heading under which they stand. */
function callsByHeading(): Map<string, string[]> {
  const guide = readFileSync(join(workspaceRoot, 'docs', 'integrator-guide.md'), 'utf8');
  const sections = guide.split('\n## ').map((section) => {
    const blocks = [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, commands = '']) => commands);
    return [section.split('\n')[0] ?? '', blocks] as const;
  });
  return new Map(sections.filter(([, blocks]) => blocks.length > 0));
}
