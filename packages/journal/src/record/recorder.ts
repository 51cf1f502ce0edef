import { setImmediate as turn } from 'node:timers/promises';
import type { Pool } from 'pg';
import { crashPoint } from '../crash-point.ts';
import { batchQuery, claimsOf, prepare, type Prepared, recordStatements, type SubjectTables } from './batch.ts';
import { type Outcome, OutcomeUnknown, Overloaded, Unreachable, type Unit } from './unit.ts';

export interface RecorderOptions {
  pool: Pool;
  tables: SubjectTables;
  /** Called after each commit of a change, of which somebody may wait to be told. A look has no such haste. */
  onChanged: () => void;
  /** Units that may wait; one more is refused with {@link Overloaded}. */
  waitingMax?: number;
  /** Units that may share a commit. */
  batchMax?: number;
}

interface Waiting extends Prepared {
  claims: ReturnType<typeof claimsOf>;
  resolve: (outcome: Outcome) => void;
  reject: (error: unknown) => void;
}

/**
 * Records units, sharing commits: one batch is in flight, and what arrives meanwhile goes in the next. A unit that the
 * database refuses is refused alone. Nothing is written twice: a broken connection is resolved by looking for the entries.
 */
export function createRecorder({ pool, tables, onChanged, waitingMax = 10_000, batchMax = 256 }: RecorderOptions) {
  const statementFor = recordStatements();
  let waiting: Waiting[] = [];
  let isDraining = false;
  let drained = Promise.resolve();

  const record = (unit: Unit): Promise<Outcome> => {
    if (waiting.length >= waitingMax) return Promise.reject(new Overloaded('too many changes are waiting'));
    return new Promise((resolve, reject) => {
      waiting.push({ ...prepare(unit), claims: claimsOf(unit), resolve, reject });
      if (!isDraining) drained = drain();
    });
  };

  const drain = async (): Promise<void> => {
    isDraining = true;
    await turn(); // let the callers of this turn of the event loop join the first batch
    while (waiting.length > 0) {
      const { batch, rest } = nextBatch(waiting, batchMax);
      waiting = rest;
      await settle(batch);
    }
    isDraining = false; // in the same turn as the look at what waits: whoever comes later begins anew
  };

  const settle = async (batch: Waiting[]): Promise<void> => {
    try {
      const outcomes = await write(batch);
      batch.forEach((one, index) => one.resolve(outcomes[index]!));
      if (batch.some(({ unit }, index) => unit.changes?.length && outcomes[index]?.kind === 'recorded')) onChanged();
    } catch (error) {
      if (batch.length > 1 && isStatementError(error) && !isOutOfResources(error))
        for (const one of batch) await settle([one]);
      else await Promise.all(batch.map((one) => settleFailure(one, error)));
    }
  };

  const settleFailure = async (one: Waiting, error: unknown): Promise<void> => {
    try {
      if (error instanceof Unreachable) one.reject(error);
      else if (isOutOfResources(error))
        one.reject(new Unreachable('the database has no room or no memory left', { cause: error }));
      else if (isStatementError(error))
        one.resolve({ kind: 'refused', constraint: error.constraint ?? null, sqlState: error.code });
      else if (await landed(one)) one.resolve({ kind: 'recorded' });
      else one.reject(new OutcomeUnknown('the connection broke while writing', { cause: error }));
    } catch (cause) {
      one.reject(new OutcomeUnknown('the connection broke while writing', { cause }));
    }
  };

  const write = async (batch: Waiting[], attemptsLeft = 3): Promise<Outcome[]> => {
    const query = batchQuery(tables, statementFor, batch);
    const client = await pool.connect().catch((cause: unknown) => {
      throw new Unreachable('the database cannot be reached', { cause });
    });
    let broken: Error | undefined;
    try {
      crashPoint('record.before-commit');
      const { rows } = await client.query<{ unit: number; ready: boolean; recorded: boolean; keyed: boolean }>(query);
      crashPoint('record.after-commit');
      return rows.sort((a, b) => a.unit - b.unit).map(outcomeOf);
    } catch (error) {
      if (isStatementError(error)) {
        if (attemptsLeft > 1 && isTransient(error)) return await write(batch, attemptsLeft - 1);
      } else broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  };

  const landed = async ({ entryIds }: Prepared): Promise<boolean> => {
    if (entryIds.length === 0) return false;
    const { rows } = await pool.query<{ found: boolean }>('select exists (select from entry where id = $1) as found', [
      entryIds[0],
    ]);
    return rows[0]?.found === true;
  };

  /** Resolves when everything that was waiting is settled. */
  const idle = async (): Promise<void> => {
    while (isDraining) await drained;
  };

  return { record, idle, waitingCount: () => waiting.length };
}

/** As many of the waiting as may share a batch, in their order; the others keep theirs. */
function nextBatch(waiting: Waiting[], batchMax: number): { batch: Waiting[]; rest: Waiting[] } {
  const exclusive = new Set<string>();
  const written = new Set<string>();
  const guarded = new Set<string>();
  const batch: Waiting[] = [];
  const rest: Waiting[] = [];
  for (const one of waiting) {
    const { claims } = one;
    const fits =
      batch.length < batchMax &&
      !claims.exclusive.some((claim) => exclusive.has(claim)) &&
      !claims.written.some((kind) => guarded.has(kind)) &&
      !claims.guarded.some((kind) => written.has(kind));
    if (!fits) {
      rest.push(one);
      for (const claim of claims.exclusive) exclusive.add(claim); // whoever wants the same comes after it
      continue;
    }
    batch.push(one);
    for (const claim of claims.exclusive) exclusive.add(claim);
    for (const kind of claims.written) written.add(kind);
    for (const kind of claims.guarded) guarded.add(kind);
  }
  return { batch, rest };
}

function outcomeOf({ ready, recorded, keyed }: { ready: boolean; recorded: boolean; keyed: boolean }): Outcome {
  if (recorded) return { kind: 'recorded' };
  if (!ready) return { kind: 'lost', to: 'version' };
  return { kind: 'lost', to: keyed ? 'key' : 'consumed' };
}

/** An error that Postgres itself answered about the statement: it was rolled back, and the connection is sound. */
function isStatementError(error: unknown): error is { code: string; constraint?: string } {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false;
  return /^(0A|21|22|23|25|26|2F|40|42|44|53|54|P0)[0-9A-Z]{3}$/.test(error.code) && error.code !== '40003'; // 40003: statement completion unknown
}

/** What the server lacks to do any statement, and no fault of this one. */
const isOutOfResources = (error: unknown): boolean => isStatementError(error) && error.code.startsWith('53');

const isTransient = ({ code }: { code: string }): boolean => code === '40P01' || code === '40001';
