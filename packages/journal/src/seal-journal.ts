import type { Pool } from 'pg';
import { createLease } from './lease.ts';
import { startSealer } from './sealer.ts';
import { noteKey, verifierKey } from './tree/signed-note.ts';
import type { Worker } from './worker.ts';

/** The key by which the checkpoints of a service are checked, from the one that signs them. @throws where that is no key */
export const verifierKeyOf = (service: string, signingKey: string): string =>
  verifierKey(noteKey(originOf(service), signingKey));

const originOf = (service: string): string => `rohnamo/${service}`;

/** Seals the journal of a service while it leads: in the process that serves, or in one of its own. The pool is the sealer role's. */
export function sealJournal({
  service,
  pool,
  signingKey,
  onError,
}: {
  service: string;
  pool: Pool;
  signingKey: string;
  onError: (error: unknown) => void;
}): { verifierKey: string; worker: Worker } {
  const key = noteKey(originOf(service), signingKey);
  const worker = startSealer({ pool, lease: createLease({ pool, name: 'sealer' }), key, onError });
  return { verifierKey: verifierKey(key), worker };
}
