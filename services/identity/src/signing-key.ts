import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject, sign, verify } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { isExampleKey } from './example-keys.ts';

/**
 * Reads an ES256 private key (RFC 7518 §3.4): a JWK as JSON, or PKCS #8 DER in base64.
 * @throws when it is none, without saying what it is instead.
 */
export function readSigningKey(value: string): KeyObject {
  const key = value.trimStart().startsWith('{')
    ? createPrivateKey({ format: 'jwk', key: JSON.parse(value) as JsonWebKey }) // whatever it is, createPrivateKey looks for itself
    : createPrivateKey({ format: 'der', type: 'pkcs8', key: Buffer.from(value, 'base64') });
  if (!isP256(key)) throw new Error('not a key of the curve P-256');
  if (isExampleKey(key)) throw new Error('everybody has this key');
  // OpenSSL takes a JWK whose public part belongs to another key: every token signed with it would be refused.
  const probe = Buffer.from('rohnamo');
  if (!verify('sha256', probe, createPublicKey(key), sign('sha256', probe, key)))
    throw new Error('the halves of the key do not fit');
  return key;
}

/** Reads the public half of an ES256 key: a public or a private JWK, or PKCS #8 DER in base64. Throws as readSigningKey does. */
export function readPublicKey(value: string): KeyObject {
  if (!value.trimStart().startsWith('{')) return createPublicKey(readSigningKey(value));
  const jwk = JSON.parse(value) as JsonWebKey;
  if (jwk.d !== undefined) return createPublicKey(readSigningKey(value));
  const key = createPublicKey({ format: 'jwk', key: jwk });
  if (!isP256(key)) throw new Error('not a key of the curve P-256');
  if (isExampleKey(key)) throw new Error('everybody has this key');
  return key;
}

const isP256 = (key: KeyObject): boolean =>
  key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';

/** The public half of a key as a JWK, named by its thumbprint (RFC 7638), so that one key has one name wherever it is configured. */
export async function publicSignatureJwk(key: KeyObject) {
  const { kty, crv, x, y } = await exportJWK(key);
  if (kty === undefined || crv === undefined || x === undefined || y === undefined)
    throw new Error('not a key of an elliptic curve');
  const jwk = { kty, crv, x, y };
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'ES256' as const, use: 'sig' as const };
}

/** A private key as a JWK, by the same name as its public half. */
export async function privateSignatureJwk(key: KeyObject) {
  const { d } = await exportJWK(key);
  if (d === undefined) throw new Error('not a private key');
  return { ...(await publicSignatureJwk(key)), d };
}
