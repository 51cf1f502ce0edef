import { directory } from '@rohnamo/directory/service';
import { identity } from '@rohnamo/identity/service';
import { notifications } from '@rohnamo/notifications/service';
import { referral } from '@rohnamo/referral/service';
import { registry } from '@rohnamo/registry/service';
import { createInstance, type ServiceDescription } from '@rohnamo/service-kit';
import { generateKeyPairSync, randomBytes } from 'node:crypto';

export interface DescribedService extends ServiceDescription {
  name: string;
  description: string;
}

const definitions = [registry, directory, referral, notifications, identity];

/** Every service, built with an environment that leads nowhere: hosts under `.example` stand for those of an installation. */
export async function describeServices(): Promise<DescribedService[]> {
  const environment = environmentOfNobody();
  const services: DescribedService[] = [];
  for (const definition of definitions) {
    const { name, description } = definition;
    const instance = createInstance({
      definition,
      environment: { ...environment, PUBLIC_URL: `https://${name}.example` },
      processMetrics: false,
    });
    services.push({ name, description, ...(await instance.describe()) });
  }
  return services;
}

/** What the services ask for at boot. Secrets are made up each time: none of them shows in a document. */
function environmentOfNobody(): Record<string, string> {
  const secret = () => randomBytes(32).toString('base64');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    PORT: '0',
    LOG_LEVEL: 'fatal',
    DATABASE_URL: 'postgres://nobody@database.example/nothing',
    OIDC_ISSUERS: 'https://identity.example',
    SERVICE_CLIENT_ID: 'nobody',
    SERVICE_CLIENT_SECRET: secret(),
    SIGNING_KEY: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    WEBHOOK_SECRET_KEY: secret(),
    REGISTRY_URL: 'https://registry.example',
    DIRECTORY_URL: 'https://directory.example',
  };
}
