import { Beneficiary, Consent, IntakeBatch, IntakeRow, type NewBeneficiary, type NewConsent } from '@rohnamo/contracts';
import {
  createHealth,
  createLogger,
  createMetrics,
  createPool,
  createStopList,
  createVerifier,
  loadConfig,
  migrationsOf,
  registerOperations,
  type Server,
  startWork,
} from '@rohnamo/service-kit';
import {
  aBeneficiary,
  aConsent,
  eventually,
  type TestDatabase,
  testDatabase,
  testIssuer,
  type TokenRequest,
} from '@rohnamo/testkit';
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { z } from 'zod';
import { createRegistry } from '../src/app.ts';
import { registryConfig } from '../src/config.ts';
import type { Directory } from '../src/directory.ts';
import { registry } from '../src/service.ts';
import { environmentOf } from './service-process.ts';

export const ownOrganisation = '01934b6e-0000-7000-8000-000000000001';
const otherOrganisation = '01934b6e-0000-7000-8000-000000000002';
export const recipient = '01934b6e-0000-7000-8000-0000000000aa';
export const nobody = '01934b6e-0000-7000-8000-ffffffffffff';

const own: TokenRequest = { role: 'migration-service', organisationId: ownOrganisation };
export const other: TokenRequest = { role: 'migration-service', organisationId: otherOrganisation, clientId: 'other' };
export const facility: TokenRequest = { role: 'facility', organisationId: recipient };
export const referralService: TokenRequest = { role: 'service', organisationId: nobody, clientId: 'referral' };

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: unknown;
}

export interface Ask {
  body?: unknown;
  headers?: Record<string, string>;
  /** Who asks; the migration service of `ownOrganisation` where nobody is named, nobody at all for null. */
  as?: TokenRequest | null;
}

export interface Variation {
  config?: Record<string, string>;
  now?: () => Date;
  directory?: Directory;
  /** false: nothing is placed or worked off. */
  started?: boolean;
}

/** A registry over a database of its own, built as production builds it, working as the app role. */
export async function testRegistry(variation: Variation = {}) {
  const database: TestDatabase = await testDatabase(migrationsOf(registry));
  const issuer = await testIssuer();
  const cleanups: (() => Promise<unknown>)[] = [() => issuer.stop(), () => database.drop()];
  const stop = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  };

  /** Builds one over the same database: a second replica, or the same after a restart. */
  const build = async ({ config = {}, now = () => new Date(), started = true, directory }: Variation) => {
    const pool = createPool(database.appUrl, { applicationName: 'registry test' });
    const verifier = createVerifier({ issuers: [issuer.url], audience: 'urn:rohnamo:api' });
    const logger = createLogger({ service: 'registry', level: 'fatal' });
    const metrics = createMetrics({ service: 'registry', processMetrics: false });
    const service = await createRegistry({
      config: loadConfig(registryConfig, {
        ...environmentOf(database, issuer),
        RATE_LIMIT_PER_MINUTE: '1000000',
        ...config,
      }),
      pool,
      verifier,
      logger,
      metrics,
      health: createHealth(),
      onError: () => undefined,
      now,
      directory,
    });
    registerOperations(service, { pool, metrics, logger });
    const stops = createStopList();
    stops.add('database', () => pool.end());
    const start = () => startWork(service, { stops });
    if (started) await start();
    await service.app.ready();
    cleanups.unshift(async () => {
      await service.app.close();
      const failures = await stops.stopAll();
      if (failures.length > 0) throw new Error('it could not be stopped', { cause: failures });
    });
    return {
      ...asking(service.app, issuer.authorization),
      app: service.app,
      journal: service.journal,
      verifier,
      start,
      pool,
      database,
      issuer,
      again: build,
      stop,
    };
  };
  return build(variation);
}
export type TestRegistry = Awaited<ReturnType<typeof testRegistry>>;

type Authorization = (request: TokenRequest) => Promise<Record<string, string>>;

/** Ways of asking: a status, a header and a body come back, whatever they are. */
function asking(app: Server, authorization: Authorization) {
  const send = async (
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    { body, headers = {}, as = own }: Ask = {},
  ): Promise<Answer> => {
    const isRaw = typeof body === 'string' || body instanceof Buffer;
    const response = await app.inject({
      method,
      url: path,
      headers: {
        ...(as === null ? {} : await authorization(as)),
        ...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: isRaw ? body : JSON.stringify(body) }),
    });
    const isJson = String(response.headers['content-type']).includes('json');
    return {
      status: response.statusCode,
      headers: response.headers,
      body: isJson ? response.json<unknown>() : response.payload,
    };
  };
  const get = (path: string, ask?: Ask) => send('GET', path, ask);
  const post = (path: string, ask?: Ask) => send('POST', path, ask);

  return {
    get,
    post,
    patch: (path: string, ask?: Ask) => send('PATCH', path, ask),
    register: async (differing: Partial<NewBeneficiary> = {}): Promise<Beneficiary> =>
      Beneficiary.parse((await post('/v1/beneficiaries', { body: aBeneficiary(differing) })).body),
    consent: async (beneficiaryId: string, differing: Partial<NewConsent> = {}): Promise<Consent> => {
      const body = aConsent(recipient, differing);
      return Consent.parse((await post(`/v1/beneficiaries/${beneficiaryId}/consents`, { body })).body);
    },
    push: (
      body: string | Buffer,
      { sourceSystem = 'office', dryRun = false, ...ask }: Ask & { sourceSystem?: string; dryRun?: boolean } = {},
    ) =>
      post(`/v1/intake-batches?sourceSystem=${sourceSystem}&confirmNewSource=true${dryRun ? '&dryRun=true' : ''}`, {
        ...ask,
        body,
        headers: { 'content-type': 'text/csv', ...ask.headers },
      }),
    /** What the rows of a batch did, read a page at a time. */
    rowsOf: async ({ id }: { id: string }, query = ''): Promise<IntakeRow[]> => {
      const rows: IntakeRow[] = [];
      for (let next: string | null = ''; next !== null;) {
        const { body } = await get(`/v1/intake-batches/${id}/rows?limit=7${query}${next && `&cursor=${next}`}`);
        const page = z.object({ items: z.array(IntakeRow), next: z.string().nullable() }).parse(body);
        rows.push(...page.items);
        next = page.next;
      }
      return rows;
    },
    /** The batch of an answered push, once it is over. */
    finished: ({ headers }: Answer, { withinMs = 30_000 } = {}): Promise<IntakeBatch> =>
      eventually(
        async () => {
          const batch = IntakeBatch.parse((await get(String(headers['location']))).body);
          return batch.finishedAt !== null && batch;
        },
        { withinMs },
      ),
  };
}

/** The entries about a subject in the order in which they were made. */
export async function trailOf(pool: Pool, subject: string) {
  const { rows } = await pool.query<{
    type: string;
    version: string | null;
    data: unknown;
    detail: unknown;
    actor: Record<string, unknown>;
  }>('select type, version, data, detail, actor from entry where subject = $1 order by id', [subject]);
  return rows;
}
export const typesOf = async (pool: Pool, subject: string): Promise<string[]> =>
  (await trailOf(pool, subject)).map(({ type }) => type);

/** A row of a person that waits for somebody to decide, as an intake would have held it; its id. */
export async function holdRow(pool: Pool, beneficiaryId: string): Promise<string> {
  const id = randomUUID();
  await pool.query(
    `insert into held_row (id, version, organisation_id, batch_id, row, beneficiary_id, source_system, external_id, state, reasons, said, held_at)
      select $1, 1, organisation_id, $1, 1, id, 'office', '1', 'waiting', '{another-person}', '{"givenName":"Гулнора"}', now()
      from beneficiary where id = $2`,
    [id, beneficiaryId],
  );
  return id;
}

export async function countOf(
  pool: Pool,
  table: 'entry' | 'beneficiary' | 'intake_row' | 'intake_batch' | 'intake_error' | 'idempotency',
): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(`select count(*) from ${table}`);
  return Number(rows[0]?.count);
}
