import { IntakeBatch } from '@rohnamo/contracts';
import { uuidV7 } from '@rohnamo/journal';
import { expect } from 'vitest';
import { noDirectory } from '../src/directory.ts';
import { createChunkTaker } from '../src/intake/chunk.ts';
import { createIntakeStore } from '../src/intake/store.ts';
import { createTakeBackTaker } from '../src/intake/take-back/chunk.ts';
import { createCalendar } from '../src/person/calendar.ts';
import type { IntakeBatchRow } from '../src/schema.ts';
import type { Answer, TestRegistry } from './registry.ts';

/** The work on batches of a registry that has not been started, a commit at a time. */
export function stepByStep(registry: TestRegistry) {
  const { pool } = registry;
  const parts = { pool, now: () => new Date(), newId: uuidV7 };

  const batchOf = async ({ id }: { id: string }): Promise<IntakeBatchRow> => {
    const batch = await createIntakeStore(pool).byId(id);
    if (batch === null) throw new Error('it is gone');
    return batch;
  };
  /** One commit of taking a batch back, by a process that knows nothing of the one before. */
  const stepBack = (batch: IntakeBatchRow, { chunkRows = 3, journal = registry.journal } = {}) =>
    createTakeBackTaker({ ...parts, journal, chunkRows })(batch);
  const stepOn = (batch: IntakeBatchRow, chunkRows: number) =>
    createChunkTaker({
      ...parts,
      journal: registry.journal,
      calendar: createCalendar('Asia/Dushanbe'),
      directory: noDirectory,
      phoneRegion: 'TJ',
      chunkRows,
    })(batch);

  /** Works the batch of an answer off, or takes it back, until it is over. */
  const worked = async ({ status, body }: Answer, chunkRows = 3): Promise<IntakeBatch> => {
    expect(status, JSON.stringify(body)).toBe(202);
    const { id } = IntakeBatch.parse(body);
    for (;;) {
      const batch = await batchOf({ id });
      if (batch.takeBack?.state === 'running') await stepBack(batch, { chunkRows });
      else if (batch.finishedAt === null) await stepOn(batch, chunkRows);
      else return IntakeBatch.parse((await registry.get(`/v1/intake-batches/${id}`)).body);
    }
  };

  const askBack = async ({ id }: { id: string }, headers: Record<string, string> = {}): Promise<Answer> => {
    const { etag } = (await registry.get(`/v1/intake-batches/${id}`)).headers;
    return registry.post(`/v1/intake-batches/${id}/take-back`, { headers: { 'if-match': String(etag), ...headers } });
  };

  return {
    batchOf,
    stepBack,
    worked,
    push: async (file: string, options: { sourceSystem?: string; dryRun?: boolean } = {}) =>
      worked(await registry.push(file, options)),
    askBack,
    takeBack: async (batch: { id: string }, chunkRows = 3) => worked(await askBack(batch), chunkRows),
    /** Whom a source system calls so; null: nobody. */
    lookup: async (externalId: string, sourceSystem = 'office') => {
      const { status, body } = await registry.post('/v1/beneficiaries/lookup', { body: { sourceSystem, externalId } });
      return status === 200 ? (body as { id: string; version: number; village?: string; birthDate?: string }) : null;
    },
  };
}
