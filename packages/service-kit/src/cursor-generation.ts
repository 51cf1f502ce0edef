import type { Generation } from '@rohnamo/journal';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { refused } from './problem.ts';

const remedy =
  'Begin without a cursor and go through the whole list: what you have already comes again, and of the feed you know it by eventId.';

/** The refusal of a cursor from which going on could pass something over. */
export const cursorOfAnotherLife = () =>
  refused('cursor-invalid', {
    detail:
      'The service was restored from a backup since this cursor was given, so the list may not go on where it did.',
    remedy,
  });

/** The refusal of a cursor behind the last entry that there is. */
export const cursorBeyondTheEnd = () =>
  refused('cursor-invalid', {
    detail: 'The cursor stands behind the end of the journal, or at an entry that is not the one it was given for.',
    remedy,
  });

/**
 * Has every cursor that a route gives out and takes name the life of the journal (its first eight digits, a dot before the rest), and
 * refuses one of another. A cursor of before this was so names none: it stands until the first restore.
 */
export function registerCursorGeneration(app: FastifyInstance, generation: () => Promise<Generation>): void {
  app.addHook('preValidation', async (request) => {
    const holder = holderOf(request);
    const cursor = holder?.['cursor'];
    if (holder === null || typeof cursor !== 'string') return;
    const [, life, rest] = /^([0-9a-f]{8})\.(.*)$/s.exec(cursor) ?? [];
    const { id, isRestored } = await generation();
    if (life === undefined ? isRestored : life !== lifeOf(id)) throw cursorOfAnotherLife();
    if (rest !== undefined) holder['cursor'] = rest;
  });
  app.addHook('preSerialization', async (request, _reply, payload) => {
    if (partOf(request) === null || typeof payload !== 'object' || payload === null) return payload;
    const { next } = payload as { next?: unknown };
    return typeof next === 'string' ? { ...payload, next: `${lifeOf((await generation()).id)}.${next}` } : payload;
  });
}

const lifeOf = (id: string): string => id.slice(0, 8);

/** Where a route takes a cursor; null: nowhere. */
function partOf({ routeOptions: { schema } }: FastifyRequest): 'query' | 'body' | null {
  const takes = (part: unknown): boolean => part instanceof z.ZodObject && 'cursor' in part.shape;
  return takes(schema?.querystring) ? 'query' : takes(schema?.body) ? 'body' : null;
}

function holderOf(request: FastifyRequest): Record<string, unknown> | null {
  const part = partOf(request);
  const holder = part === null ? null : request[part];
  return typeof holder === 'object' ? (holder as Record<string, unknown> | null) : null;
}
