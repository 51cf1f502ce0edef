import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { baseConfig, ConfigError, describeConfig, loadConfig } from './config.ts';
import { flag, httpUrl, list, secret, wholeNumber } from './config-fields.ts';
import {
  isClientInFull,
  knowsItsVariables,
  migratesAsOwner,
  namesBrokers,
  type Rule,
  sealsWithKey,
} from './config-rules.ts';
import { isWellKnown } from './well-known.ts';

const random = () => randomBytes(24).toString('base64url');
const enough = {
  PORT: '3000',
  DATABASE_URL: `postgres://app:${random()}@127.0.0.1:5432/referral`,
  OIDC_ISSUERS: 'https://issuer.example, http://127.0.0.1:4000',
};

const problemsOf = (
  schema: z.ZodObject,
  env: Record<string, string | undefined>,
  rules: readonly Rule[] = [],
): string => {
  try {
    loadConfig(schema, env, rules);
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
      MIGRATE_AT_BOOT: false,
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
    const message = problemsOf(baseConfig, {}, [namesBrokers]);
    expect(message.split('\n').slice(1)).toEqual([
      'PORT is missing (Port to listen on; 0 lets the system choose): set it; it is required.',
      "DATABASE_URL is missing (This service's own database, as its app role: postgres://…): set it; it is required.",
      'OIDC_ISSUERS is missing (OpenID issuers whose access tokens are accepted, as URLs, comma-separated): set it; it is required.',
      expect.stringMatching(/^KAFKA_BROKERS is missing .*: set it; it is required, or none where/),
    ]);
  });

  it('treats an empty variable as a missing one', () => {
    expect(problemsOf(baseConfig, { ...enough, PORT: ' ' })).toContain('PORT is missing');
  });

  it('needs an owner where it migrates, which is for development', () => {
    const migrating = { ...enough, MIGRATE_AT_BOOT: 'true' };
    const owner = { DATABASE_OWNER_URL: `postgres://owner:${random()}@127.0.0.1:5432/referral` };
    expect(problemsOf(baseConfig, enough, [migratesAsOwner])).toBe('');
    expect(problemsOf(baseConfig, migrating, [migratesAsOwner])).toContain('DATABASE_OWNER_URL is missing');
    expect(problemsOf(baseConfig, { ...migrating, ...owner }, [migratesAsOwner])).toBe('');
    expect(problemsOf(baseConfig, { ...migrating, ...owner, NODE_ENV: 'production' }, [migratesAsOwner])).toMatch(
      /^MIGRATE_AT_BOOT is for development: unset it/,
    );
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'an address without its key',
      { DATABASE_SEALER_URL: `postgres://sealer:${random()}@h/d` },
      'CHECKPOINT_SIGNING_KEY',
    ],
    [
      'a key without its address',
      { CHECKPOINT_SIGNING_KEY: randomBytes(32).toString('base64') },
      'DATABASE_SEALER_URL',
    ],
  ])('does not seal with half of it: %s', (_what, half, missing) => {
    expect(problemsOf(baseConfig, { ...enough, ...half }, [sealsWithKey])).toMatch(
      new RegExp(`^${missing} is missing, so .*: set it, or unset both`),
    );
  });

  it.each<[string, Record<string, string>, string]>([
    ['SERVICE_CLIENT_SECRET', { SERVICE_CLIENT_ID: 'registry' }, 'an id alone'],
    ['SERVICE_CLIENT_ID', { SERVICE_CLIENT_SECRET: random() }, 'a secret alone'],
  ])('does not call others as half a client: %s is missing', (missing, half) => {
    expect(problemsOf(baseConfig, { ...enough, ...half }, [isClientInFull])).toMatch(
      new RegExp(`^${missing} is missing .*: set it; it is required where ${Object.keys(half).join()} is set`),
    );
  });

  const urls = ['PUBLIC_URL', 'OIDC_ISSUERS'];
  it.each([
    'ftp://a.example',
    'file:///etc/passwd',
    'a.example',
    'a.example:4401',
    '//a.example',
    'http:a.example',
    'http:///a',
    'https://',
    'https://user@a.example',
    'https://user:word@a.example',
    'https://:word@a.example',
    'https://a.example?tenant=1',
    'https://a.example?',
    'https://a.example#top',
    'https://a.example/x y',
    'https://a.example\nx',
    'https://a.example:99999',
    'javascript:alert(1)',
  ])('refuses as the URL of a service: %s', (url) => {
    for (const name of urls)
      expect(problemsOf(baseConfig, { ...enough, [name]: url })).toMatch(
        new RegExp(`^${name} is not valid .*: it must (be an http or https URL|have no|name no user)[^\n]*\\.$`),
      );
  });

  it.each(['https://a.example', 'http://127.0.0.1:4401/', 'https://a.example/below/a/path', 'http://[::1]:80'])(
    'takes as the URL of a service: %s',
    (url) => {
      for (const name of urls) expect(problemsOf(baseConfig, { ...enough, [name]: url })).toBe('');
    },
  );

  it('lets a page have a query where one is meant, and no fragment', () => {
    const page = httpUrl({ mayHaveQuery: true });
    expect(page.safeParse('https://a.example/status?lang=tg').success).toBe(true);
    expect(page.safeParse('https://a.example/status#code').success).toBe(false);
  });

  const lists = { KAFKA_BROKERS: 'a:9092', OIDC_ISSUERS: 'https://a.example', TRUSTED_PROXIES: '10.0.0.1' };
  it.each(Object.entries(lists))('refuses a gap or a repetition in a list: %s', (name, one) => {
    for (const gap of [`${one},`, `,${one}`, `${one},,${one}`, ','])
      expect(problemsOf(baseConfig, { ...enough, [name]: gap })).toContain('must have something before and after');
    expect(problemsOf(baseConfig, { ...enough, [name]: `${one}, ${one}` })).toContain('must name each but once');
  });

  it.each(['proxy', '10.0.0', '10.0.0.1/33', '10.0.0.1/0', '::1/129', '10.0.0.1/255.0.255.0', '1.2.3.4/8/8', '*'])(
    'refuses as a trusted proxy: %s',
    (range) => {
      expect(problemsOf(baseConfig, { ...enough, TRUSTED_PROXIES: range })).toMatch(
        /^TRUSTED_PROXIES is not valid .*it must be addresses or ranges/,
      );
    },
  );

  it.each(['10.0.0.1', '10.1.0.0/16', '::1', 'fd00::/8', '10.0.0.0/255.0.0.0', 'loopback'])(
    'takes as a trusted proxy: %s',
    (range) => {
      expect(problemsOf(baseConfig, { ...enough, TRUSTED_PROXIES: range })).toBe('');
    },
  );

  it.each([
    'kafka',
    'kafka:',
    ':9092',
    'kafka:0',
    'kafka:70000',
    'http://kafka:9092',
    'kafka 9092',
    'kafka:9092;b:9092',
    'none,kafka:9092',
  ])('refuses as brokers: %s', (brokers) => {
    expect(problemsOf(baseConfig, { ...enough, KAFKA_BROKERS: brokers })).toMatch(
      /^KAFKA_BROKERS is not valid .*it must be host:port/,
    );
  });

  it('says of a list what is wrong with it, and not that there is none', () => {
    const message = problemsOf(baseConfig, { ...enough, OIDC_ISSUERS: 'nonsense' });
    expect(message).toMatch(/^OIDC_ISSUERS is not valid/);
    expect(message).not.toContain('is required');
  });

  it.each(['kafka:9092', '10.0.0.1:9092, kafka-2.example:19092', '[::1]:9092', 'none'])(
    'takes as brokers: %s',
    (brokers) => {
      expect(problemsOf(baseConfig, { ...enough, KAFKA_BROKERS: brokers }, [namesBrokers])).toBe('');
    },
  );

  it.each([
    ['KAFKA_BROKER', 'KAFKA_BROKERS'],
    ['KAFKA_BOOTSTRAP_SERVERS', undefined],
    ['DATABASE_ULR', 'DATABASE_URL'],
    ['DATABASE_SEALER_KEY', undefined],
    ['MIGRATE_ON_BOOT', 'MIGRATE_AT_BOOT'],
    ['SERVICE_CLIENT_SECERT', 'SERVICE_CLIENT_SECRET'],
    ['INTAKE_ROWS', undefined],
  ])('knows its variables: %s is none', (name, meant) => {
    const rule = knowsItsVariables(['INTAKE_BYTES_MAX']);
    const message = problemsOf(baseConfig, { ...enough, [name]: 'anything' }, [rule]);
    expect(message).toMatch(new RegExp(`^${name} is not known here.*: unset it, or name what was meant`));
    if (meant !== undefined) expect(message).toContain(`(${meant} is)`);
    expect(message).not.toContain('anything');
  });

  it.each(['KAFKA_SERVICE_HOST', 'KAFKA_SERVICE_PORT', 'KAFKA_PORT', 'KAFKA_PORT_9092_TCP_ADDR', 'TIME_STYLE', 'PATH'])(
    'leaves alone what is not ours: %s',
    (name) => {
      expect(problemsOf(baseConfig, { ...enough, [name]: 'tcp://10.0.0.1:9092' }, [knowsItsVariables([])])).toBe('');
    },
  );

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

  it('refuses a well-known database password however it is written', () => {
    const message = problemsOf(baseConfig, { ...enough, DATABASE_URL: 'postgres://app:%70assword@127.0.0.1/referral' });
    expect(message).toContain('must not have a well-known password');
  });

  it.each([randomBytes(31).toString('base64'), Buffer.alloc(32).toString('base64'), 'not a key at all'])(
    'refuses as a key that signs checkpoints: %s',
    (key) => {
      expect(problemsOf(baseConfig, { ...enough, CHECKPOINT_SIGNING_KEY: key })).toContain('must be 32 random bytes');
    },
  );

  it.each([
    'http://127.0.0.1/referral',
    'referral',
    '127.0.0.1:5432',
    'postgres://127.0.0.1/referral',
    'postgres://app@127.0.0.1',
    'postgres://app@127.0.0.1/',
    'postgres://app@127.0.0.1/a/b',
    'postgres://app@/referral',
    'postgres:app@127.0.0.1/referral',
    'postgres://app:has#hash@127.0.0.1/referral',
    'postgres://app@127.0.0.1/referral#x',
    'postgres://app@127.0.0.1/referral\n',
  ])('refuses as a database: %s', (url) => {
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
    expect(list().parse(' a, b,c ')).toEqual(['a', 'b', 'c']);
    for (const gap of [' , ', 'a,,b', 'a,', ',a']) expect(list().safeParse(gap).success).toBe(false);
  });
});
