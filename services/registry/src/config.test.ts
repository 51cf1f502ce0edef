import { ConfigError, loadConfig } from '@rohnamo/service-kit';
import { describe, expect, it } from 'vitest';
import { registryConfig } from './config.ts';

const needed = {
  PORT: '0',
  DATABASE_URL: 'postgres://registry_app:nZ4rq0tW8uKe2vLx@localhost/registry',
  OIDC_ISSUERS: 'https://id.example',
};

describe('the configuration', () => {
  it('has the ages, the zone and the telephone region of Tajikistan unless told otherwise', () => {
    expect(loadConfig(registryConfig, needed)).toMatchObject({
      TIME_ZONE: 'Asia/Dushanbe',
      PHONE_REGION: 'TJ',
      CONSENT_AGE_ASSENT: 6,
      CONSENT_AGE_OWN: 15,
      CONSENT_AGE_ADULT: 18,
    });
  });

  it.each<[string, string]>([
    ['TIME_ZONE', 'Asia/Atlantis'],
    ['PHONE_REGION', 'XX'],
    ['CONSENT_AGE_OWN', '5'],
    ['CONSENT_AGE_ADULT', '14'],
    ['INTAKE_CHUNK_ROWS', '0'],
    ['INTAKE_BYTES_MAX', 'much'],
    ['DIRECTORY_URL', 'directory:3000'],
  ])('is refused where %s is %s, and says so', (name, value) => {
    expect(() => loadConfig(registryConfig, { ...needed, [name]: value })).toThrow(ConfigError);
    expect(() => loadConfig(registryConfig, { ...needed, [name]: value })).toThrow(name);
  });

  it('names the directory only together with the client that asks it', () => {
    const directory = { ...needed, DIRECTORY_URL: 'http://directory:3000' };
    expect(() => loadConfig(registryConfig, directory)).toThrow(
      /SERVICE_CLIENT_ID is missing .*required where DIRECTORY_URL/,
    );
    const client = { SERVICE_CLIENT_ID: 'registry', SERVICE_CLIENT_SECRET: 'vXq3mZ8tYw5rKc2nLb7dPe4h' };
    expect(loadConfig(registryConfig, { ...directory, ...client })).toMatchObject(client);
  });
});
