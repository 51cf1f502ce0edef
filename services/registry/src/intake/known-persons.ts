import type { Pool } from 'pg';
import { createHeldStore } from '../held/store.ts';
import { contradictions } from '../person/identity.ts';
import type { BeneficiaryRow, HeldRow } from '../schema.ts';
import type { KnownPersons } from './decide.ts';
import type { PersonRow, RefusedRow } from './read-row.ts';

/** Finds out what is known of those whom rows name: beyond the rows that wait, only of whom it can matter. */
export function createKnownPersons(pool: Pool) {
  const held = createHeldStore(pool);

  /** Those of whom a consent was ever recorded: every referral leans on one. */
  const withConsents = async (ids: readonly string[]): Promise<Set<string>> => {
    if (ids.length === 0) return new Set();
    const { rows } = await pool.query<{ id: string }>({
      name: 'persons with consents',
      text: 'select distinct beneficiary_id as id from consent where beneficiary_id = any($1)',
      values: [ids],
    });
    return new Set(rows.map(({ id }) => id));
  };

  /** Those whom somebody has changed other than by a row. */
  const changedByHand = async (ids: readonly string[]): Promise<Set<string>> => {
    if (ids.length === 0) return new Set();
    const { rows } = await pool.query<{ id: string }>({
      name: 'persons changed by hand',
      text: `select distinct subject as id from entry where kind = 'beneficiary' and subject = any($1)
        and type = 'beneficiary.changed.v1' and detail ->> 'batchId' is null`,
      values: [ids],
    });
    return new Set(rows.map(({ id }) => id));
  };

  return async ({
    rows,
    persons,
    foreseen = new Map<string, HeldRow | null>(),
  }: {
    rows: readonly (PersonRow | RefusedRow)[];
    persons: ReadonlyMap<string, BeneficiaryRow>;
    /** Rows that would wait, or would wait no more, in a preview. */
    foreseen?: ReadonlyMap<string, HeldRow | null>;
  }): Promise<KnownPersons> => {
    const ids = [...persons.values()].map(({ id }) => id);
    const waiting = ids.length === 0 ? new Map<string, HeldRow>() : await held.waitingOf(ids);
    for (const [id, row] of foreseen)
      if (row === null) waiting.delete(id);
      else waiting.set(id, row);
    const changed = rows.flatMap((row) => {
      const person = 'complaints' in row ? undefined : persons.get(row.externalId);
      if ('complaints' in row || person === undefined) return [];
      return waiting.has(person.id) || contradictions(person, { ...person, ...row.named }).length > 0
        ? [person.id]
        : [];
    });
    const unknown = [...persons.values()].filter(
      ({ sourceMemory, rowDigest }) => sourceMemory === null && rowDigest !== null,
    );
    const [reliedOn, lastRowUnknown] = await Promise.all([
      withConsents(changed),
      changedByHand(unknown.map(({ id }) => id)),
    ]);
    return { persons, waiting, reliedOn, lastRowUnknown };
  };
}
