import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { baseConfig, ConfigError, describeConfig, loadConfig } from '@rohnamo/service-kit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { identityConfig } from './config.ts';
import { publicSignatureJwk } from './signing-key.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
const jwk = JSON.stringify(privateKey.export({ format: 'jwk' }));
const load = (other: Record<string, string>) =>
  loadConfig(identityConfig, {
    PORT: '0',
    PUBLIC_URL: 'https://identity.example.org',
    DATABASE_URL: 'postgres://identity_app@127.0.0.1/identity',
    DATABASE_OWNER_URL: 'postgres://identity_owner@127.0.0.1/identity',
    SIGNING_KEY: pkcs8,
    ...other,
  });

test('a signing key is the same, as a JWK and as PKCS #8', async () => {
  const kids = await Promise.all(
    [load({ SIGNING_KEY: jwk }), load({ SIGNING_KEY: pkcs8 })].map(
      async ({ SIGNING_KEY }) => (await publicSignatureJwk(SIGNING_KEY)).kid,
    ),
  );
  expect(kids[0]).toBe(kids[1]);
});

test('of a second key the public half is kept, whichever half is given', () => {
  for (const given of [jwk, pkcs8, JSON.stringify(publicKey.export({ format: 'jwk' }))]) {
    expect(load({ PREVIOUS_SIGNING_KEY: given }).PREVIOUS_SIGNING_KEY?.type).toBe('public');
  }
});

const otherD = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }).d;
test.each([
  ['a public key', JSON.stringify(publicKey.export({ format: 'jwk' }))],
  ['halves of two keys', JSON.stringify({ ...privateKey.export({ format: 'jwk' }), d: otherD })],
  [
    'another curve',
    generateKeyPairSync('ec', { namedCurve: 'P-384' })
      .privateKey.export({ format: 'der', type: 'pkcs8' })
      .toString('base64'),
  ],
  [
    'an RSA key',
    JSON.stringify(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })),
  ],
  ['broken JSON', '{"kty":'],
  [
    'the key that RFC 7515 shows',
    JSON.stringify({
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
      d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
    }),
  ],
])('%s does not sign, and is not quoted', (_what, given) => {
  const refusal = (() => {
    try {
      load({ SIGNING_KEY: given });
    } catch (error) {
      return error;
    }
    return undefined;
  })();
  expect(refusal).toBeInstanceOf(ConfigError);
  expect(String(refusal)).toContain('SIGNING_KEY is not valid');
  expect(String(refusal)).not.toContain(given);
});

test('CORS_ORIGINS takes origins as browsers send them, and nothing that would open it wider', () => {
  const origins = 'https://registry.example.org, http://127.0.0.1:4401';
  expect(load({ CORS_ORIGINS: origins }).CORS_ORIGINS).toEqual(origins.split(', '));
  for (const wrong of [
    '*',
    'null',
    'https://*.example.org/',
    'https://a.example/',
    'https://a.example/docs',
    'a.example',
  ])
    expect(() => load({ CORS_ORIGINS: wrong })).toThrow(/CORS_ORIGINS is not valid.*must be origins/);
});

test('the README shows what of the environment is only of this service', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const shared: Readonly<Record<string, unknown>> = baseConfig.shape;
  const own = Object.entries(identityConfig.shape).filter(([name, field]) => shared[name] !== field);
  expect(own.length).toBeGreaterThan(0);
  for (const [name, field] of own)
    expect(readme).toContain(
      describeConfig(z.object({ [name]: field }))
        .split('\n')
        .at(-1),
    );
});
