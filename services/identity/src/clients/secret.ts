import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new client secret: 256 random bits in base64url. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/**
 * What is stored of a secret. SHA-256 and no slow hash: a slow one is for what people choose and others can guess; 256 random
 * bits cannot be guessed at any speed, and each token request would pay for it.
 */
export const hashOfSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Whether a secret is the one of a hash, in time that does not depend on how much of it is right. */
export const isSecretOf = (hash: Buffer, secret: string): boolean => timingSafeEqual(hash, hashOfSecret(secret));
