import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Role } from '@rohnamo/contracts';
import type { Transport } from '@rohnamo/messaging';
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
import { lastingPort, type TestDatabase, testDatabase } from '@rohnamo/testkit';
import type { Pool } from 'pg';
import { createIdentity } from '../src/app.ts';
import { runClients } from '../src/clients/command-line.ts';
import type { IdentityConfig } from '../src/config.ts';
import { identity } from '../src/service.ts';
import { ownIssuerKeys } from '../src/tokens/own-tokens.ts';

export const organisationId = '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60';
export const facilityId = '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d61';

/** A migrated database of the identity service, this test's own. */
export const identityDatabase = (): Promise<TestDatabase> => testDatabase(migrationsOf(identity));

export const es256Key = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

interface CommandResult {
  exitCode: number;
  out: string;
  said: string;
}

/** Runs `clients …` on a database; what a client names is looked up only where the test says so. */
export async function clients(
  database: TestDatabase,
  args: readonly string[],
  {
    now,
    env,
    lookedUp = false,
  }: { now?: (() => Date) | undefined; env?: Record<string, string>; lookedUp?: boolean } = {},
): Promise<CommandResult> {
  let out = '';
  let said = '';
  const exitCode = await runClients({
    args: args[0] === 'create' && !lookedUp ? [...args, '--unchecked'] : args,
    env: { DATABASE_URL: database.appUrl, ...env },
    out: (text) => void (out += text),
    say: (text) => void (said += text),
    ...(now === undefined ? {} : { now }),
  });
  return { exitCode, out, said };
}

export interface MadeClient {
  clientId: string;
  clientSecret: string;
  role: Role;
  scopes: string[];
}

/** Makes a client by the command; by default of the role facility, with a secret and all its scopes. */
export async function makeClient(database: TestDatabase, ...options: string[]): Promise<MadeClient> {
  const given = options.includes('--role') ? options : ['--role', 'facility', '--facility', facilityId, ...options];
  const { exitCode, out, said } = await clients(database, [
    'create',
    '--organisation',
    organisationId,
    '--organisation-kind',
    'health-provider',
    '--json',
    ...given,
  ]);
  if (exitCode !== 0) throw new Error(said);
  return JSON.parse(out) as MadeClient;
}

export interface TestIdentity {
  url: string;
  database: TestDatabase;
  pool: Pool;
  /** All that was logged. */
  log: () => string;
  stop: () => Promise<void>;
}

/** The service as it is built in production, over a pool of the test's. */
export async function buildIdentity({
  pool,
  config,
  now = () => new Date(),
  issuers = [],
}: {
  pool: Pool;
  config?: Partial<IdentityConfig>;
  now?: () => Date;
  /** Whose tokens it takes beside its own. */
  issuers?: string[];
}) {
  let log = '';
  const settings = {
    PUBLIC_URL: 'https://identity.example.org',
    TOKEN_AUDIENCE: 'urn:rohnamo:api',
    SIGNING_KEY: es256Key(),
    PREVIOUS_SIGNING_KEY: undefined,
    CORS_ORIGINS: undefined,
    RATE_LIMIT_PER_MINUTE: 1_000_000,
    TRUSTED_PROXIES: undefined,
    ...config,
  };
  const verifier = createVerifier({ issuers, known: [ownIssuerKeys(settings)], audience: settings.TOKEN_AUDIENCE });
  const logger = createLogger({ service: 'identity', level: 'debug', write: (line) => void (log += line) });
  const metrics = createMetrics({ service: 'identity', processMetrics: false });
  const service = await createIdentity({
    config: settings,
    pool,
    verifier,
    logger,
    metrics,
    health: createHealth(),
    onError: () => undefined,
    now,
  });
  registerOperations(service, { pool, metrics, logger });
  return { service, verifier, log: () => log };
}

/** The service, over real HTTP and Postgres, as the app role. */
export async function startIdentity({
  config = {},
  transport,
  ...otherwise
}: { config?: Partial<IdentityConfig>; transport?: Transport; now?: () => Date } = {}): Promise<TestIdentity> {
  const database = await identityDatabase();
  const pool = createPool(database.appUrl, { applicationName: 'identity test' });
  const port = await lastingPort();
  const url = `http://127.0.0.1:${port}`;
  const { service, log } = await buildIdentity({ pool, config: { PUBLIC_URL: url, ...config }, ...otherwise });
  const stops = createStopList();
  await startWork(service, { transport, stops });
  await service.app.listen({ host: '127.0.0.1', port });
  return {
    url,
    database,
    pool,
    log,
    stop: async () => {
      service.app.server.closeAllConnections();
      await service.app.close();
      await stops.stopAll();
      await pool.end();
      await database.drop();
    },
  };
}

export interface TokenResponse {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** `POST /token`. */
export async function askToken(
  url: string,
  form: Record<string, string> | string,
  headers: Record<string, string> = {},
): Promise<TokenResponse> {
  const body =
    typeof form === 'string' ? form : new URLSearchParams({ grant_type: 'client_credentials', ...form }).toString();
  const response = await fetch(`${url}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

export const basic = (clientId: string, clientSecret: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
});
