import type { FacilityFound, NewFacility, NewOffering } from '@rohnamo/contracts';
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
import { aFacility, anOffering, testDatabase, testIssuer, type TokenRequest } from '@rohnamo/testkit';
import { randomBytes } from 'node:crypto';
import { createDirectory } from '../src/app.ts';
import { directory as definition } from '../src/service.ts';

interface Asked {
  method?: 'GET' | 'POST' | 'PATCH';
  path: string;
  as?: Partial<TokenRequest>;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answer<Body = Record<string, unknown>> {
  status: number;
  etag: string;
  headers: Record<string, unknown>;
  body: Body;
}

/** An id that the directory did not make. */
export const strangeId = '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60';

/** The directory over a database of its own, as the app role, asked without a socket. */
export async function runningDirectory() {
  const database = await testDatabase(migrationsOf(definition));
  const issuer = await testIssuer();
  const pool = createPool(database.appUrl, { applicationName: 'directory test' });
  const sealerPool = createPool(database.sealerUrl, { applicationName: 'directory test sealer', max: 2 });
  const clock = { now: new Date('2026-11-24T04:30:00.000Z') };
  const verifier = createVerifier({ issuers: [issuer.url], audience: 'urn:rohnamo:api' });
  const logger = createLogger({ service: 'directory', level: 'silent' });
  const metrics = createMetrics({ service: 'directory', processMetrics: false });
  const directory = await createDirectory({
    config: { RATE_LIMIT_PER_MINUTE: 1_000_000, PUBLIC_URL: undefined, TRUSTED_PROXIES: undefined },
    pool,
    verifier,
    logger,
    metrics,
    health: createHealth(),
    onError: () => undefined,
    now: () => clock.now,
  });
  registerOperations(directory, { pool, metrics, logger });
  await directory.app.ready();
  const stops = createStopList();
  const signingKey = randomBytes(32).toString('base64');
  await startWork(directory, { sealer: { pool: sealerPool, signingKey }, stops });

  const ask = async <Body = Record<string, unknown>>({
    method = 'GET',
    path,
    as,
    body,
    headers,
  }: Asked): Promise<Answer<Body>> => {
    const authorization =
      as && (await issuer.authorization({ role: 'directory-admin', organisationId: strangeId, ...as }));
    const response = await directory.app.inject({
      method,
      url: path,
      headers: { ...authorization, ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    const text = response.body;
    return {
      status: response.statusCode,
      etag: String(response.headers.etag),
      headers: response.headers,
      body: (text === '' ? null : JSON.parse(text)) as Body,
    };
  };
  const make = async (path: string, body: unknown): Promise<string> => {
    const made = await ask<{ id: string }>({ method: 'POST', path, as: {}, body });
    if (made.status !== 201) throw new Error(`${path} answered ${made.status}: ${JSON.stringify(made.body)}`);
    return made.body.id;
  };

  return {
    ask,
    clock,
    pool,
    app: directory.app,
    verifier,
    issuer,
    journal: directory.journal,
    databaseUrl: database.appUrl,
    ownerUrl: database.ownerUrl,
    organisation: (name = 'Khatlon health department (sample)') =>
      make('/v1/organisations', { kind: 'health-provider', name }),
    facility: (organisationId: string, other: Partial<NewFacility> = {}) =>
      make('/v1/facilities', aFacility(organisationId, other)),
    offering: (facilityId: string, other: Partial<NewOffering> = {}) =>
      make(`/v1/facilities/${facilityId}/offerings`, anOffering(other)),
    search: async (query: Record<string, string>) => {
      const answer = await ask<{ items: FacilityFound[]; next: string | null }>({
        path: `/v1/facilities?${new URLSearchParams(query).toString()}`,
      });
      if (answer.status !== 200)
        throw new Error(`the search answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    /** The entries about a subject, oldest first. */
    entriesOf: async (subject: string) =>
      (
        await pool.query<{
          type: string;
          version: string;
          data: Record<string, unknown>;
          actor: Record<string, unknown>;
        }>('select type, version, data, actor, audience from entry where subject = $1 order by version', [subject])
      ).rows,
    stop: async () => {
      await directory.app.close();
      await stops.stopAll();
      await Promise.all([pool.end(), sealerPool.end(), issuer.stop()]);
      await database.drop();
    },
  };
}
export type RunningDirectory = Awaited<ReturnType<typeof runningDirectory>>;
