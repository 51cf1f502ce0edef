import { expect, test } from 'vitest';
import { completeSecrets } from './install-secrets.ts';
import { planPorts } from './plan-ports.ts';
import { serviceEnvironment, systemEnvironment } from './service-environment.ts';
import { serviceNames } from './service-names.ts';

const secrets = completeSecrets({});
const surroundings = {
  ports: planPorts(4400),
  database: { appUrl: 'postgres://app', sealerUrl: 'postgres://sealer' },
  brokers: ['127.0.0.1:4409'],
  topicPrefix: 'rohnamo',
  secrets,
  client: { clientId: 'referral', clientSecret: 'only-referral-has-this' },
};

test('a service is told where it listens, its own database, the issuer and the broker', () => {
  expect(serviceEnvironment('referral', surroundings)).toMatchObject({
    PORT: '4403',
    PUBLIC_URL: 'http://127.0.0.1:4403',
    DATABASE_URL: 'postgres://app',
    DATABASE_SEALER_URL: 'postgres://sealer',
    OIDC_ISSUERS: 'http://127.0.0.1:4405',
    REGISTRY_URL: 'http://127.0.0.1:4401',
    KAFKA_BROKERS: '127.0.0.1:4409',
    SERVICE_CLIENT_ID: 'referral',
  });
});

test('without a broker it is told that there is none; without a client the variables are absent, not empty', () => {
  const environment = serviceEnvironment('directory', { ...surroundings, brokers: undefined, client: undefined });
  expect(environment).toMatchObject({ KAFKA_BROKERS: 'none' });
  for (const name of ['TOPIC_PREFIX', 'SERVICE_CLIENT_ID', 'SERVICE_CLIENT_SECRET']) {
    expect(environment).not.toHaveProperty(name);
  }
});

test('no service is given the owner of its database', () => {
  for (const name of serviceNames)
    expect(
      Object.keys(serviceEnvironment(name, surroundings)).filter((variable) => variable.includes('OWNER')),
    ).toEqual([]);
});

test('no service is given a secret of another', () => {
  for (const name of serviceNames) {
    const values = Object.values(serviceEnvironment(name, { ...surroundings, client: undefined }));
    const others = serviceNames.filter((other) => other !== name);
    for (const other of others) {
      for (const secret of Object.values(secrets.environment[other])) expect(values).not.toContain(secret);
    }
  }
});

test('a service does not see the launcher’s own environment', () => {
  const own = { PATH: '/bin', ROHNAMO_POSTGRES_URL: 'postgres://superuser', NPM_TOKEN: 'x' };
  expect(systemEnvironment(own)).toEqual({ PATH: '/bin' });
});

test('a registry without a client is not told of a directory, which it could not ask', () => {
  expect(serviceEnvironment('registry', surroundings)).toHaveProperty('DIRECTORY_URL');
  expect(serviceEnvironment('registry', { ...surroundings, client: undefined })).not.toHaveProperty('DIRECTORY_URL');
});
