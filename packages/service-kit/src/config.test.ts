import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  baseConfig,
  ConfigError,
  describeConfig,
  flag,
  isWellKnown,
  list,
  loadConfig,
  secret,
  wholeNumber,
} from './config.ts';

const random = () => randomBytes(24).toString('base64url');
const enough = {
  PORT: '3000',
  DATABASE_URL: `postgres://app:${random()}@127.0.0.1:5432/referral`,
  DATABASE_OWNER_URL: `postgres://owner:${random()}@127.0.0.1:5432/referral`,
  OIDC_ISSUERS: 'https://issuer.example, http://127.0.0.1:4000',
};

const problemsOf = (schema: z.ZodObject, env: Record<string, string | undefined>): string => {
  try {
    loadConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
};

describe('the configuration', () => {
  it('is read with its defaults', () => {
    expect(loadConfig(baseConfig, enough)).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 3000,
      MIGRATE_AT_BOOT: true,
      TOKEN_AUDIENCE: 'urn:rohnamo:api',
      TOPIC_PREFIX: 'rohnamo',
      OIDC_ISSUERS: ['https://issuer.example', 'http://127.0.0.1:4000'],
      RATE_LIMIT_PER_MINUTE: 6000,
      LOG_LEVEL: 'info',
    });
  });

  it('is extended by a service', () => {
    const schema = baseConfig.extend({ COUNTRY: z.string().describe('Country pack') });
    expect(loadConfig(schema, { ...enough, COUNTRY: 'tj' }).COUNTRY).toBe('tj');
    expect(problemsOf(schema, enough)).toContain('COUNTRY is missing (Country pack)');
  });

  it('that lacks much is complained about at once, each variable with what it is', () => {
    const message = problemsOf(baseConfig, {});
    expect(message.split('\n').slice(1)).toEqual([
      '  PORT is missing (Port to listen on; 0 lets the system choose): set it; it is required.',
      "  DATABASE_URL is missing (This service's own database, as its app role: postgres://…): set it; it is required.",
      '  OIDC_ISSUERS is missing (OpenID issuers whose access tokens are accepted, as URLs, comma-separated): set it; it is required.',
      '  DATABASE_OWNER_URL is missing (The same database as its owner role, for migrations; may be absent where MIGRATE_AT_BOOT is false): set it; it is required where MIGRATE_AT_BOOT is not false.',
    ]);
  });

  it('treats an empty variable as a missing one', () => {
    expect(problemsOf(baseConfig, { ...enough, PORT: ' ' })).toContain('PORT is missing');
  });

  it('needs no owner where it does not migrate', () => {
    expect(problemsOf(baseConfig, { ...enough, DATABASE_OWNER_URL: undefined, MIGRATE_AT_BOOT: 'false' })).toBe('');
  });

  it('never says a value', () => {
    const value = 'Zx81-not-for-anyone';
    const message = problemsOf(
      baseConfig,
      Object.fromEntries(Object.keys(baseConfig.shape).map((name) => [name, value])),
    );
    expect(message).toContain('PORT is not valid');
    expect(message).not.toContain(value);
  });

  it.each(['postgres', 'password', 'changeme', 'rohnamo'])('refuses a database password of %s', (password) => {
    const message = problemsOf(baseConfig, {
      ...enough,
      DATABASE_URL: `postgres://app:${password}@127.0.0.1/referral`,
    });
    expect(message).toContain('must not have a well-known password');
  });

  it.each(['http://127.0.0.1/referral', 'referral', '127.0.0.1:5432'])('refuses as a database: %s', (url) => {
    expect(problemsOf(baseConfig, { ...enough, DATABASE_URL: url })).toContain('must be a URL: postgres://');
  });

  it('stands in the README as it is', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    expect(readme).toContain(`${describeConfig(baseConfig)}\n`);
  });

  it('as a table names every variable, what it is and its default', () => {
    const table = describeConfig(baseConfig);
    expect(table.split('\n')).toHaveLength(Object.keys(baseConfig.shape).length + 2);
    expect(table).toContain('| `PORT` | Port to listen on; 0 lets the system choose | required |');
    expect(table).toContain('| `HOST` | Address to listen on | `127.0.0.1` |');
    expect(table).not.toContain('not described');
  });
});

describe('a secret', () => {
  it.each([
    'changemechangemechangeme',
    'CHANGE_ME_change_me_CHANGE_ME',
    'change-me-in-production-please',
    'secretsecretsecretsecret',
    'password1234567890password',
    'P@ssw0rdP@ssw0rdP@ssw0rd',
    'postgres_postgres_postgres',
    '   development development   ',
    'example-example-example-1',
    'my-super-secret-password!!',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    '012345678901234567890123',
    'abcdefghijklmnopqrstuvwxyz',
    'k4Jx9qk4Jx9qk4Jx9qk4Jx9q',
    'rohnamo-rohnamo-rohnamo-1',
  ])('may not be %s', (value) => {
    expect(secret().safeParse(value).success).toBe(false);
  });

  it('may not be short', () => {
    expect(secret().safeParse(randomBytes(12).toString('base64')).success).toBe(false);
  });

  it('is taken whenever it is random', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 24, maxLength: 48 }),
        fc.constantFrom('base64', 'base64url', 'hex'),
        (seed, encoding) => {
          // The bytes that fast-check shrinks towards are not random: mixed, they are as good as.
          const bytes = randomBytes(seed.length);
          expect(isWellKnown(bytes.toString(encoding as 'hex'))).toBe(false);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('a variable', () => {
  it.each([
    ['0', 0],
    ['42', 42],
  ])('is a whole number: %s', (text, number) => {
    expect(wholeNumber(0, 100).parse(text)).toBe(number);
  });

  it.each(['-1', '1.5', '1e2', '101', '0x10', ' 1', ''])('is no whole number up to 100: %s', (text) => {
    expect(wholeNumber(0, 100).safeParse(text).success).toBe(false);
  });

  it('is a flag only as true or false', () => {
    expect([flag().parse('true'), flag().parse('false')]).toEqual([true, false]);
    expect(['1', 'yes', 'TRUE'].some((text) => flag().safeParse(text).success)).toBe(false);
  });

  it('is a list without its blanks', () => {
    expect(list().parse(' a, b,,c ')).toEqual(['a', 'b', 'c']);
    expect(list().safeParse(' , ').success).toBe(false);
  });
});
