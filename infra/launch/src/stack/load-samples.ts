import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Facility, IntakeBatch, Offering, Organisation, OrganisationKind } from '@rohnamo/contracts';
import { readSample, samplesFolder, writePlaces } from '@rohnamo/samples';
import { type ApiClient, createApiClient } from '../api-client.ts';
import { say } from '../say.ts';
import { workspaceRoot } from '../workspace-root.ts';
import type { ClientPlan } from './identity-clients.ts';
import type { RunningStack } from './run-start.ts';
import { systemEnvironment } from './service-environment.ts';
import { platformOrganisation } from './service-stack.ts';
import type { DemoClient, DemoRole } from './stack-file.ts';
import { until } from './until.ts';

/** The facilities that the demo clients speak for, by their code in the samples: of two organisations. */
const demoFacilities = { facility: 'kulob-city-health-centre', 'facility-2': 'kulob-psychosocial-point' } as const;
const run = promisify(execFile);

/**
 * Loads the sample organisations, places, facilities, offerings and returnees through the public APIs, and makes the demo
 * clients. Each call has a key of its own, so a second start changes nothing.
 */
export async function loadSamples(running: RunningStack): Promise<Record<DemoRole, DemoClient>> {
  const { stack, clientOf } = running;
  const client = async (role: DemoRole, plan: ClientPlan): Promise<DemoClient> => ({
    ...(await clientOf(role, plan)),
    organisationId: plan.organisationId,
    facilityIds: [...(plan.facilityIds ?? [])],
  });
  const apiAs = (who: DemoClient) => createApiClient({ issuer: stack.issuer, ...who });

  const directoryAdmin = await client('directory-admin', { role: 'directory-admin', ...platformOrganisation });
  const directory = { api: apiAs(directoryAdmin), url: stack.services.directory };
  await importPlaces(running);
  const organisations = await loadOrganisations(directory);
  const facilities = await loadFacilities(directory, organisations);
  const plan = (role: 'migration-service' | 'supervisor', code: string): ClientPlan =>
    clientPlan(role, found(organisations, code));
  const facilityPlan = (code: string): ClientPlan => {
    const facility = found(facilities, code);
    const organisation = [...organisations.values()].find(({ id }) => id === facility.organisationId);
    if (!organisation) throw new Error(`${code} belongs to no organisation of the samples`);
    return {
      ...clientPlan('facility', organisation),
      facilityIds: [facility.id],
      deskIds: facility.desks.map(({ id }) => id),
    };
  };
  const clients = {
    'migration-service': await client('migration-service', plan('migration-service', 'migration-service')),
    facility: await client('facility', facilityPlan(demoFacilities.facility)),
    'facility-2': await client('facility-2', facilityPlan(demoFacilities['facility-2'])),
    supervisor: await client('supervisor', plan('supervisor', 'migration-service')),
    'directory-admin': directoryAdmin,
    auditor: await client('auditor', { role: 'auditor', ...platformOrganisation }),
  };
  await pushReturnees(apiAs(clients['migration-service']), stack.services.registry);
  return clients;
}

const clientPlan = (role: ClientPlan['role'], { id, kind }: Organisation): ClientPlan => ({
  role,
  organisationId: id,
  organisationKind: kind,
});

function found<Value>(all: Map<string, Value>, code: string): Value {
  const value = all.get(code);
  if (value === undefined) throw new Error(`the samples have no ${code}`);
  return value;
}

/** By the directory's own command, as an administrator would. */
async function importPlaces({ stack, stateFolder }: RunningStack): Promise<void> {
  const file = join(stateFolder, 'places.csv');
  writePlaces(file);
  const main = join(workspaceRoot, 'services', 'directory', 'src', 'main.ts');
  const { stdout } = await run(process.execPath, [main, 'places', 'import', file], {
    env: { ...systemEnvironment(process.env), DATABASE_URL: stack.databases.directory },
  });
  say(stdout.trim());
}

interface Directory {
  api: ApiClient;
  url: string;
}

async function loadOrganisations({ api, url }: Directory): Promise<Map<string, Organisation>> {
  const rows = readSample('organisations.csv');
  const made = await Promise.all(
    rows.map(({ code = '', kind, name }) =>
      api.call(`${url}/v1/organisations`, {
        method: 'POST',
        headers: { 'idempotency-key': `sample-organisation-${code}` },
        body: { kind: OrganisationKind.parse(kind), name },
        answer: Organisation,
      }),
    ),
  );
  return new Map(rows.map(({ code = '' }, i) => [code, made[i]!]));
}

async function loadFacilities(
  { api, url }: Directory,
  organisations: Map<string, Organisation>,
): Promise<Map<string, Facility>> {
  const services = new Map(readSample('services.csv').map((row) => [row['service'] ?? '', row]));
  const facilities = new Map<string, Facility>();
  let offeringCount = 0;
  const load = async (row: Readonly<Record<string, string>>): Promise<void> => {
    const code = row['code'] ?? '';
    const facility = await api.call(`${url}/v1/facilities`, {
      method: 'POST',
      headers: { 'idempotency-key': `sample-facility-${code}` },
      body: facilityOf(row, found(organisations, row['organisation'] ?? '').id),
      answer: Facility,
    });
    facilities.set(code, facility);
    for (const service of (row['services'] ?? '').split(';').filter((name) => name !== '')) {
      const { pyramid_layer, activity_group, desk } = found(services, service);
      await api.call(`${url}/v1/facilities/${facility.id}/offerings`, {
        method: 'POST',
        headers: { 'idempotency-key': `sample-offering-${code}-${service}` },
        body: {
          service,
          pyramidLayer: Number(pyramid_layer),
          ...(activity_group ? { activityGroup: activity_group } : {}),
          languages: facility.languages,
          staffWomen: true,
          staffMen: true,
          ...(desk === 'true' ? { deskId: deskOf(code) } : {}),
        },
        answer: Offering,
      });
      offeringCount += 1;
    }
  };
  await Promise.all(readSample('facilities.csv').map(load));
  say(
    `directory: ${organisations.size} organisations, ${facilities.size} facilities, ${offeringCount} services, all made up`,
  );
  return facilities;
}

/** The one desk of a sample facility, to which what is confidential goes: the same id at every start (a UUID of version 8). */
function deskOf(code: string): string {
  const hex = createHash('sha256').update(`desk of ${code}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function facilityOf(row: Readonly<Record<string, string>>, organisationId: string): object {
  const name = Object.fromEntries(
    (['tg', 'ru', 'en'] as const).flatMap((language) =>
      row[`name_${language}`] ? [[language, row[`name_${language}`]]] : [],
    ),
  );
  return {
    organisationId,
    kind: row['kind'],
    name,
    location: { latitude: Number(row['latitude']), longitude: Number(row['longitude']) },
    locationConfidential: row['location_confidential'] === 'true',
    districtId: row['district_id'],
    languages: row['languages']?.split(';'),
    wheelchairAccess: row['wheelchair_access'] === 'true',
    desks: [{ id: deskOf(row['code'] ?? ''), name: 'Room 7' }],
  };
}

/** The whole file of returnees, as a migration service's system pushes it. The same file again changes nothing. */
async function pushReturnees(api: ApiClient, url: string): Promise<void> {
  const batch = await api.call(`${url}/v1/intake-batches?sourceSystem=sample&confirmNewSource=true`, {
    method: 'POST',
    raw: { contentType: 'text/csv', content: new Uint8Array(await readFile(join(samplesFolder, 'returnees.csv'))) },
    answer: IntakeBatch,
  });
  const done = await until('the intake of the sample returnees', async () => {
    const now = await api.call(`${url}/v1/intake-batches/${batch.id}`, { answer: IntakeBatch });
    return now.state === 'completed' || now.state === 'failed' ? now : undefined;
  });
  const { registered, updated, unchanged, refused } = done.rows;
  say(
    `returnees: ${registered} registered, ${updated} updated, ${unchanged} as they were, ${refused} refused, all made up`,
  );
  if (done.state === 'failed' || refused > 0) throw new Error('the sample returnees were not all taken');
}
