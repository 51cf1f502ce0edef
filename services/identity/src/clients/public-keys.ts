import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { JSONWebKeySet, JWK } from 'jose';
import { z } from 'zod';
import { isExampleKey } from '../example-keys.ts';

/** The algorithms with which a client may sign its assertions. */
export const assertionAlgorithms = ['ES256', 'EdDSA', 'PS256', 'RS256'] as const;

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

const Key = z.looseObject({
  kty: z.string(),
  kid: z.string().min(1).max(200).optional(),
  use: z.literal('sig').optional(),
  alg: z.enum(assertionAlgorithms).optional(),
});
const KeySet = z.union([
  z.looseObject({ keys: z.array(Key).min(1).max(10) }),
  Key.transform((key) => ({ keys: [key] })),
]);

/**
 * Reads the public keys of a client from the text of a file: a JWK, or a set of up to ten (RFC 7517).
 * @throws Error with a reason for the operator; it never quotes the file.
 */
export function readPublicJwks(text: string): JSONWebKeySet {
  const parsed = KeySet.safeParse(parseJson(text));
  if (!parsed.success)
    throw new Error(`it is not a JWK or a set of JWKs for signatures with ${assertionAlgorithms.join(', ')}`);
  return { keys: parsed.data.keys.map((key) => publicJwk(key)) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is not JSON');
  }
}

function publicJwk(jwk: z.infer<typeof Key>): JWK {
  if (privateMembers.some((member) => member in jwk)) {
    throw new Error(
      'it holds a private or symmetric key: give the public half alone, and consider this key as no longer secret',
    );
  }
  const key = importKey(jwk);
  const algorithms = algorithmsOf(key);
  if (algorithms.length === 0 || (jwk.alg !== undefined && !algorithms.includes(jwk.alg))) {
    throw new Error('a key must be EC P-256, Ed25519, or RSA of 2048 to 4096 bits, and its alg must fit');
  }
  if (isExampleKey(key))
    throw new Error('a key in it is a published example, whose private half everybody has: make one of your own');
  const { kid, alg } = jwk;
  return {
    ...key.export({ format: 'jwk' }),
    use: 'sig',
    ...(kid === undefined ? {} : { kid }),
    ...(alg === undefined ? {} : { alg }),
  };
}

function importKey(jwk: object): KeyObject {
  try {
    return createPublicKey({ format: 'jwk', key: jwk as JsonWebKey }); // whatever it is, createPublicKey looks for itself
  } catch {
    throw new Error('a key in it cannot be read');
  }
}

function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly string[] {
  if (asymmetricKeyType === 'ec') return asymmetricKeyDetails?.namedCurve === 'prime256v1' ? ['ES256'] : [];
  if (asymmetricKeyType === 'ed25519') return ['EdDSA'];
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  return asymmetricKeyType === 'rsa' && bits >= 2048 && bits <= 4096 ? ['PS256', 'RS256'] : [];
}
