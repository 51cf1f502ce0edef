import { createExchange, inProcessTransport, type Transport } from '@rohnamo/messaging';
import { createJournal } from '@rohnamo/journal';
import {
  allow,
  baseConfig,
  createInstance,
  createServiceServer,
  createServiceToken,
  type ServiceDefinition,
} from '@rohnamo/service-kit';
import { eventually, lastingPort, type TestDatabase, testKafka } from '@rohnamo/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { identity } from '../src/service.ts';
import { clients, es256Key, identityDatabase, makeClient } from './identity-server.ts';
import { client } from '../src/schema.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

/** Some service that takes tokens; for its journal, tables such as identity's will do. */
const neighbour: ServiceDefinition = {
  name: 'neighbour',
  description: 'takes tokens',
  config: baseConfig,
  migrationsFolder: identity.migrationsFolder,
  async create(parts) {
    const app = await createServiceServer(parts, { name: 'neighbour', description: 'Takes tokens.' });
    const access = allow({ roles: ['auditor'], scope: 'referrals:read' });
    app.get('/v1/greeting', { config: { access }, schema: { response: { 200: z.object({}) } } }, async () => ({}));
    const { pool, onError } = parts;
    return { app, journal: createJournal({ service: 'neighbour', pool, subjects: { client }, onError }) };
  },
};

type Variation = {
  environment: Record<string, string>;
  transport?: (options: { onError: (error: unknown) => void }) => Transport;
};

async function database(): Promise<TestDatabase> {
  const made = await identityDatabase();
  stops.push(made.drop);
  return made;
}

/** Starts a service as its own process would, with what is the same for both in this test. Answers where it is. */
async function started(definition: ServiceDefinition, own: TestDatabase, { environment, ...variation }: Variation) {
  const port = environment['PORT'] ?? String(await lastingPort());
  const instance = createInstance({
    definition,
    ...variation,
    environment: {
      ...environment,
      PORT: port,
      DATABASE_URL: own.appUrl,
      LOG_LEVEL: 'silent',
    },
    processMetrics: false,
  });
  await instance.start();
  stops.push(instance.stop);
  return `http://127.0.0.1:${port}`;
}

describe.each<[string, () => Promise<Variation>]>([
  [
    'in one process',
    async () => {
      const exchange = createExchange();
      return { environment: {}, transport: ({ onError }) => inProcessTransport({ onError, exchange }) };
    },
  ],
  [
    'over Kafka',
    async () => {
      const { brokers } = await testKafka();
      return {
        environment: { KAFKA_BROKERS: brokers.join(), TOPIC_PREFIX: `test.${crypto.randomUUID().slice(0, 8)}` },
      };
    },
  ],
])('a client that is revoked, %s', (_how, variationOf) => {
  test('is refused by every process of every other service within moments, though its token has minutes to live', async ({
    annotate,
  }) => {
    const { environment, ...variation } = await variationOf();
    const port = String(await lastingPort());
    const issuer = `http://127.0.0.1:${port}`;
    const own = await database();
    const signingKey = es256Key().export({ format: 'der', type: 'pkcs8' }).toString('base64');
    await started(identity, own, {
      ...variation,
      environment: { ...environment, PORT: port, PUBLIC_URL: issuer, SIGNING_KEY: signingKey },
    });
    const others = { ...variation, environment: { ...environment, OIDC_ISSUERS: issuer } };
    const shared = await database();
    const replicas = [await started(neighbour, shared, others), await started(neighbour, shared, others)];

    const { clientId, clientSecret } = await makeClient(own, '--role', 'auditor');
    const token = await createServiceToken({ issuer, clientId, clientSecret }).get();
    const statusAt = async (url: string) =>
      (await fetch(`${url}/v1/greeting`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await Promise.all(replicas.map(statusAt))).toEqual([200, 200]);

    expect((await clients(own, ['revoke', clientId])).exitCode).toBe(0);
    const revokedAt = performance.now();
    const isRefusedAt = (url: string) => eventually(async () => (await statusAt(url)) === 401, { withinMs: 30_000 });
    await Promise.all(replicas.map(isRefusedAt));
    await annotate(`refused by both after ${Math.round(performance.now() - revokedAt)} ms`);

    const startedAt = performance.now();
    const startsNow = await started(neighbour, shared, others);
    await eventually(async () => (await fetch(`${startsNow}/health/ready`)).ok, { withinMs: 30_000 });
    expect(await statusAt(startsNow)).toBe(401); // the first that it is asked once it is ready
    await annotate(`one that started then was ready after ${Math.round(performance.now() - startedAt)} ms`);
  });
});
