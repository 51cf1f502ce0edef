import { generateKeyPairSync } from 'node:crypto';
import { platformOrganisationId } from '@rohnamo/contracts';
import { directory } from '@rohnamo/directory/service';
import { identity } from '@rohnamo/identity/service';
import { createInstance, migrationsOf, type ServiceDefinition } from '@rohnamo/service-kit';
import { lastingPort, testDatabase } from '@rohnamo/testkit';
import { onTestFinished } from 'vitest';
import type { ClientCredentials } from '../src/stack/install-secrets.ts';

export const ofPlatform = ['--organisation', platformOrganisationId, '--organisation-kind', 'health-authority'];

/** Identity and the directory as they run, in this process, without a broker; they end with the test. */
export async function identityAndDirectory() {
  const [identityPort, directoryPort] = [await lastingPort(), await lastingPort()];
  const issuer = `http://127.0.0.1:${identityPort}`;
  const origin = `http://127.0.0.1:${directoryPort}`;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signingKey = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  const own = { SIGNING_KEY: signingKey, CORS_ORIGINS: origin, DIRECTORY_URL: origin };
  const environment = await start(identity, identityPort, own);
  await start(directory, directoryPort, { OIDC_ISSUERS: issuer });
  return {
    issuer,
    /** Where the directory answers. */
    origin,
    /** Makes a client by identity's own command, in identity's environment. Throws what the command says where it makes none. */
    clients: async (...wanted: string[]): Promise<ClientCredentials> => {
      const printed = { out: '', said: '' };
      await identity.commands?.['clients']?.run(['create', ...wanted, '--json'], {
        env: environment,
        out: (text) => void (printed.out += text),
        say: (text) => void (printed.said += text),
      });
      if (printed.out === '') throw new Error(printed.said);
      return JSON.parse(printed.out) as ClientCredentials;
    },
  };
}

/** A service over a database of its own. Answers the environment that it has. */
async function start(definition: ServiceDefinition, port: number, other: Record<string, string>) {
  const database = await testDatabase(migrationsOf(definition));
  onTestFinished(() => database.drop());
  const environment = {
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: database.appUrl,
    KAFKA_BROKERS: 'none',
    LOG_LEVEL: 'silent',
    ...other,
  };
  const instance = createInstance({ definition, environment, processMetrics: false });
  await instance.start();
  onTestFinished(async () => void (await instance.stop()));
  return environment;
}
