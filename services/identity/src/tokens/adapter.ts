import { isDatabaseUnavailable } from '@rohnamo/service-kit';
import { type Adapter, type AdapterFactory, errors } from 'oidc-provider';
import { clientIdPattern } from '../clients/new-client.ts';
import type { ClientStore } from '../clients/store.ts';
import { metadataOf } from './registration.ts';
import type { UsedAssertions } from './used-assertions.ts';

/**
 * What oidc-provider keeps where. It asks for clients, which it may only read, and notes used assertions; an access token is a
 * JWT and is not kept. All else (sessions, grants, codes) is of flows that are off.
 */
export const adapterOf =
  ({
    clients,
    usedAssertions,
    now,
  }: {
    clients: ClientStore;
    usedAssertions: UsedAssertions;
    now: () => Date;
  }): AdapterFactory =>
  (model) => {
    if (model === 'Client') {
      return {
        ...unused,
        // Read anew for each token, so that a revocation holds from its commit on.
        async find(clientId) {
          if (!clientIdPattern.test(clientId)) return undefined; // Postgres would refuse some of what a caller can send
          const client = await reachable(clients.byClientId(clientId));
          return client === null || client.revokedAt !== null ? undefined : metadataOf(client, now());
        },
      };
    }
    if (model === 'ReplayDetection') {
      return {
        ...unused,
        // The library looks first and notes afterwards, so that of two at once both would pass: here the note decides.
        find: () => Promise.resolve(undefined),
        async upsert(jtiHash, payload, expiresInSeconds) {
          const clientId = String(payload['iss']);
          const isFirst = await reachable(
            usedAssertions.use({ clientId, jtiHash, expiresInSeconds: expiresInSeconds ?? 0 }),
          );
          if (!isFirst) throw new errors.InvalidClientAuth('the assertion was used before');
        },
      };
    }
    return unused;
  };

const never = (): Promise<never> => Promise.reject(new Error('a flow that is off was reached'));
const unused: Adapter = {
  upsert: never,
  find: never,
  findByUserCode: never,
  findByUid: never,
  consume: never,
  destroy: never,
  revokeByGrantId: never,
};

/** RFC 6749 has no code for it at the token endpoint; this is the one of §4.1.2.1, with the status that says the same. */
async function reachable<Value>(asked: Promise<Value>): Promise<Value> {
  try {
    return await asked;
  } catch (cause) {
    if (!isDatabaseUnavailable(cause)) throw cause;
    const unavailable = new errors.TemporarilyUnavailable('the clients cannot be looked up now; repeat shortly', {
      cause,
    });
    unavailable.status = 503;
    unavailable.statusCode = 503;
    throw unavailable;
  }
}
