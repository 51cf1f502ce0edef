import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dropDatabase, lastingPort, provisionDatabase, startPostgres } from '@rohnamo/backing-services';
import { directory } from '@rohnamo/directory/service';
import { identity } from '@rohnamo/identity/service';
import { sendPatiently, type ServiceName, serviceNames } from '@rohnamo/launch';
import { notifications } from '@rohnamo/notifications/service';
import { referral } from '@rohnamo/referral/service';
import { registry } from '@rohnamo/registry/service';
import { createInstance, migrationsOf, type ServiceDefinition } from '@rohnamo/service-kit';
import { testIssuer, testKafka, type TokenRequest } from '@rohnamo/testkit';
import { Client } from 'pg';
import type { Command } from '../src/command.ts';
import { installationOf } from '../src/installation.ts';
import { typed } from './typed.ts';

const definitions: Record<ServiceName, ServiceDefinition> = { registry, directory, referral, notifications, identity };
/** Tokens come from a test issuer: identity has a database, and does not run. */
const running: readonly ServiceName[] = ['registry', 'directory', 'referral', 'notifications'];

/**
 * The services as they run, in this process, over a Postgres of this test's own (roles belong to a whole server) and a real Kafka.
 * Nothing runs before `start`.
 */
export async function runningPlatform() {
  const folder = await mkdtemp(join(tmpdir(), 'rohnamo-drill-'));
  const own = { ...process.env, ROHNAMO_POSTGRES_URL: undefined };
  const postgres = await startPostgres({
    dataDir: join(folder, 'postgres'),
    port: 0,
    progress: () => undefined,
    environment: own,
  });
  const { brokers } = await testKafka();
  const issuer = await testIssuer();
  const env: Record<string, string> = {
    SUPERUSER_URL: postgres.superuserUrl,
    KAFKA_BROKERS: brokers.join(),
    TOPIC_PREFIX: `drill-${randomUUID().slice(0, 8)}`,
  };
  for (const service of serviceNames) {
    for (const role of ['OWNER', 'APP', 'SEALER'])
      env[`${service.toUpperCase()}_${role}_PASSWORD`] = randomBytes(18).toString('base64url');
    env[`${service.toUpperCase()}_CHECKPOINT_SIGNING_KEY`] = randomBytes(32).toString('base64');
  }
  const installation = installationOf(env, serviceNames);
  const ports = new Map<ServiceName, number>();
  for (const service of serviceNames) ports.set(service, await lastingPort());
  const url = (service: ServiceName) => `http://127.0.0.1:${ports.get(service)}`;
  const webhookSecretKey = randomBytes(32).toString('base64');
  let instances: ReturnType<typeof createInstance>[] = [];

  const provision = (service: ServiceName) =>
    provisionDatabase(postgres.superuserUrl, { service, passwords: installation.databasePasswords[service] });
  for (const service of serviceNames) {
    const { ownerUrl } = await provision(service);
    await migrationsOf(definitions[service]).migrate(ownerUrl);
  }

  const environmentOf = async (service: ServiceName) => {
    const database = await provision(service);
    return {
      PORT: String(ports.get(service)),
      DATABASE_URL: database.appUrl,
      DATABASE_SEALER_URL: database.sealerUrl,
      CHECKPOINT_INTERVAL_SECONDS: '1',
      CHECKPOINT_SIGNING_KEY: env[`${service.toUpperCase()}_CHECKPOINT_SIGNING_KEY`],
      KAFKA_BROKERS: env['KAFKA_BROKERS'],
      TOPIC_PREFIX: env['TOPIC_PREFIX'],
      OIDC_ISSUERS: issuer.url,
      LOG_LEVEL: 'silent',
      RATE_LIMIT_PER_MINUTE: '1000000',
      REGISTRY_URL: url('registry'),
      DIRECTORY_URL: url('directory'),
      SERVICE_CLIENT_ID: 'referral',
      SERVICE_CLIENT_SECRET: 'a-secret-that-only-this-test-uses',
      WEBHOOK_SECRET_KEY: webhookSecretKey,
      EGRESS_ALLOW_HTTP: 'true',
      EGRESS_ALLOWED_PRIVATE: '127.0.0.0/8',
      EGRESS_ALLOWED_PORTS: '1024-65535',
    };
  };

  const stop = async () => {
    await Promise.all(instances.splice(0).map((instance) => instance.stop()));
  };

  return {
    folder,
    env,
    installation,
    url,
    async start() {
      instances = await Promise.all(
        running.map(async (service) =>
          createInstance({
            definition: definitions[service],
            environment: await environmentOf(service),
            processMetrics: false,
          }),
        ),
      );
      await Promise.all(instances.map((instance) => instance.start()));
    },
    stop,
    /** Asks a service, and hands over whatever it answers. */
    async ask(as: TokenRequest, address: string): Promise<{ status: number; body: unknown }> {
      const response = await fetch(address, { headers: await issuer.authorization(as) });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') ?? false;
      return { status: response.status, body: isJson && !text.includes('\n{') ? JSON.parse(text) : text };
    },
    /** Calls a service, again where it says later, as a busy machine makes it; throws where the answer is a problem. */
    async call<Answer>(as: TokenRequest | null, method: string, address: string, body?: object): Promise<Answer> {
      const response = await sendPatiently(address, {
        method: method === 'POST' ? 'POST' : 'GET',
        headers: {
          ...(as ? await issuer.authorization(as) : {}),
          ...(body ? { 'content-type': 'application/json' } : {}),
          'if-match': '*',
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${address} answered ${response.status}: ${text}`);
      return (response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text) as Answer;
    },
    /** The rows of a query on a service's database. */
    async rows<Row extends object>(service: ServiceName, text: string, values: unknown[] = []): Promise<Row[]> {
      const client = new Client(installation.ownerUrls[service]);
      await client.connect();
      try {
        return (await client.query<Row>(text, values)).rows;
      } finally {
        await client.end();
      }
    },
    destroy: (service: ServiceName) => dropDatabase(postgres.superuserUrl, installation.databaseOf(service)),
    type: (command: Command, ...args: string[]) => typed(command, args, env),
    async remove() {
      await stop();
      await issuer.stop();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type RunningPlatform = Awaited<ReturnType<typeof runningPlatform>>;
