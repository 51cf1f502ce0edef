import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';

/** A lease held: the epoch that fences what its holder writes. */
export interface Held {
  name: string;
  holder: string;
  epoch: number;
}

/**
 * Leadership as a row, not as a lock: it ends with its time even when its holder is frozen, and every write of a leader
 * names its epoch, so that one who wakes too late writes nothing.
 */
export function createLease({ pool, name, durationMs = 10_000 }: { pool: Pool; name: string; durationMs?: number }) {
  const holder = randomUUID();

  /** Takes the lease if it is free, over or already ours; null while another has it. */
  const acquire = async (): Promise<Held | null> => {
    const { rows } = await pool.query<{ epoch: string }>({
      name: 'acquire lease',
      text: `insert into lease as l (name, holder, epoch, expires_at) values ($1, $2, 1, now() + $3 * interval '1 millisecond')
        on conflict (name) do update set holder = $2, expires_at = excluded.expires_at,
          epoch = case when l.holder = $2 and l.expires_at > now() then l.epoch else l.epoch + 1 end
        where l.holder = $2 or l.expires_at <= now() returning epoch`,
      values: [name, holder, durationMs],
    });
    const row = rows[0];
    return row ? { name, holder, epoch: Number(row.epoch) } : null;
  };

  /** Lets another lead at once, also where the server's clock was set back since. */
  const release = async (): Promise<void> => {
    await pool.query(`update lease set expires_at = 'epoch' where name = $1 and holder = $2`, [name, holder]);
  };

  return { acquire, release, durationMs };
}
export type Lease = ReturnType<typeof createLease>;

/** Leads while the lease can be had, and asks for it again well before it ends. */
export function leadership(lease: Lease) {
  let held: Held | null = null;
  let renewAt = 0;
  return {
    /** null while another leads. It may have ended since: what a leader writes names the epoch, and only that counts. */
    async lead(): Promise<Held | null> {
      if (held === null || performance.now() >= renewAt) {
        held = await lease.acquire();
        renewAt = performance.now() + lease.durationMs / 3;
      }
      return held;
    },
    /** Another leads, as a write has shown. */
    lost(): void {
      held = null;
    },
    release: lease.release,
  };
}

/** The condition, in SQL, that the statement's writer still leads. Its parameters: name, holder, epoch. */
export const stillLeading = (first: number): string =>
  `exists (select from lease where name = $${first} and holder = $${first + 1} and epoch = $${first + 2} and expires_at > now() for share)`;
