import { createVerifier, type Verifier } from '../src/verifier.ts';
import { audience, createLocalIssuer, type LocalIssuer } from './local-issuer.ts';

/** When a test begins. */
export const start = Date.parse('2026-11-24T04:30:00Z');

/** A verifier by a clock of the test's, and an issuer whose tokens it takes. */
export async function setUp(options: { rememberMax?: number } = {}) {
  const issuer = await createLocalIssuer();
  const clock = { now: start };
  const verifier = createVerifier({
    issuers: [issuer.issuer],
    audience,
    fetch: issuer.fetch,
    now: () => clock.now,
    ...options,
  });
  const sign = (options: Parameters<LocalIssuer['sign']>[0] = {}) =>
    issuer.sign({ issuedAt: Math.floor(clock.now / 1000), ...options });
  return { issuer, clock, verifier, sign };
}

/** `accepted`, or the code of the refusal. */
export const refusalOf = async (verifier: Verifier, token: string): Promise<unknown> =>
  verifier.verify(token).then(
    () => 'accepted',
    (error: { code?: unknown }) => error.code,
  );

export const seconds = (ms: number) => Math.floor(ms / 1000);
