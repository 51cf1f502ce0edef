import { decideAndRecord, type Journal, uuidV7, type Written } from '@rohnamo/journal';
import type { ClientRow } from '../schema.ts';
import { type Credential, decideCreate, decideRevoke, decideRotate, type Refusal } from './decide.ts';
import type { NewClient } from './new-client.ts';
import type { ClientStore } from './store.ts';

const hourMs = 3_600_000;

/** Why a client was not changed: a refusal, or others who changed it at the same time. */
export type Unchanged = Refusal | 'contention';
export type Managed = { client: ClientRow } | { unchanged: Unchanged };

/** Makes, rotates and revokes clients, whether or not the service runs: its journal carries what happened to the others. */
export function manageClients({
  journal,
  store,
  now,
}: {
  journal: Pick<Journal, 'pool' | 'record'>;
  store: ClientStore;
  now: () => Date;
}) {
  return {
    create: async (client: NewClient, credential: Credential): Promise<Managed> =>
      managed(
        await decideAndRecord({
          journal,
          read: () => store.byClientId(client.clientId),
          decide: (existing) => decideCreate(existing, { id: uuidV7(), client, credential, now: now() }),
        }),
      ),

    rotate: async (
      clientId: string,
      { credential, overlapHours }: { credential: Credential; overlapHours: number },
    ): Promise<Managed> =>
      managed(
        await decideAndRecord({
          journal,
          read: () => store.byClientId(clientId),
          decide: (existing) => {
            const at = now();
            return decideRotate(existing, {
              credential,
              previousExpiresAt: new Date(at.getTime() + overlapHours * hourMs),
              now: at,
            });
          },
        }),
      ),

    revoke: async (clientId: string): Promise<Managed> =>
      managed(
        await decideAndRecord({
          journal,
          read: () => store.byClientId(clientId),
          decide: (existing) => decideRevoke(existing, { now: now() }),
        }),
      ),
  };
}

function managed(written: Written<ClientRow, Refusal>): Managed {
  switch (written.kind) {
    case 'recorded':
      return { client: written.result };
    case 'refused':
      return { unchanged: written.refusal };
    case 'contention':
      return { unchanged: 'contention' };
    case 'constraint':
      // Somebody made a client of that name since it was read.
      if (written.constraint === 'client_client_id') return { unchanged: 'exists' };
      throw new Error('the database refused a client that should have been valid', {
        cause: { constraint: written.constraint },
      });
    case 'repeat':
    case 'key-reused':
      throw new Error('commands about clients use no idempotency keys');
  }
}
