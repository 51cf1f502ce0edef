import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect, test } from 'vitest';
import { readPublicJwks } from './public-keys.ts';

const jwkOf = (key: KeyObject, other: object = {}) => JSON.stringify({ ...key.export({ format: 'jwk' }), ...other });
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });

test.each<[string, KeyObject]>([
  ['P-256', ec('P-256').publicKey],
  ['Ed25519', generateKeyPairSync('ed25519').publicKey],
  ['RSA of 2048 bits', rsa(2048).publicKey],
])('a key of %s is taken, and what it has beyond a key is not', (_what, key) => {
  const { keys } = readPublicJwks(jwkOf(key, { kid: 'one', use: 'sig', comment: 'from Firuza' }));
  expect(keys).toEqual([{ ...key.export({ format: 'jwk' }), kid: 'one', use: 'sig' }]);
});

test('a set is taken as a key is', () => {
  const [one, two] = [ec('P-256').publicKey, ec('P-256').publicKey];
  expect(readPublicJwks(`{"keys":[${jwkOf(one)},${jwkOf(two, { alg: 'ES256' })}]}`).keys).toHaveLength(2);
});

test.each<[string, string, RegExp]>([
  ['a private key', jwkOf(ec('P-256').privateKey), /private/],
  ['a symmetric key', '{"kty":"oct","k":"c2VjcmV0"}', /symmetric/],
  ['another curve', jwkOf(ec('P-384').publicKey), /P-256/],
  ['a short RSA key', jwkOf(rsa(1024).publicKey), /2048/],
  ['a key for encryption', jwkOf(ec('P-256').publicKey, { use: 'enc' }), /not a JWK/],
  ['an algorithm that does not fit', jwkOf(ec('P-256').publicKey, { alg: 'RS256' }), /alg must fit/],
  ['half a key', '{"kty":"EC","crv":"P-256","x":"AA"}', /cannot be read/],
  ['an empty set', '{"keys":[]}', /not a JWK/],
  ['no JSON', 'ssh-rsa AAAA', /not JSON/],
  [
    'the key that RFC 8037 shows',
    '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}',
    /published example/,
  ],
])('%s is refused', (_what, text, reason) => {
  expect(() => readPublicJwks(text)).toThrow(reason);
});
