import { createHash } from 'node:crypto';
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

/** The refusal of a cursor whose place means nothing in this list, though it may look like one of its own. */
const cursorOfAnotherList = () =>
  refused('cursor-invalid', {
    detail: 'The cursor comes from another list.',
    remedy: 'Go on with the `next` that this list gave, or begin without a cursor.',
  });

/**
 * Has every cursor that a route gives out and takes name the life of the journal and the list (eight and four digits, a dot before the
 * rest), and refuses one of another. A cursor of before this was so names no list, or neither: then it stands until the first restore.
 */
export function registerCursorGeneration(app: FastifyInstance, generation: () => Promise<Generation>): void {
  app.addHook('preValidation', async (request) => {
    const holder = holderOf(request);
    const cursor = holder?.['cursor'];
    if (holder === null || typeof cursor !== 'string') return;
    const [, life, list, rest] = /^([0-9a-f]{8})([0-9a-f]{4})?\.(.*)$/s.exec(cursor) ?? [];
    const { id, isRestored } = await generation();
    if (life === undefined ? isRestored : life !== lifeOf(id)) throw cursorOfAnotherLife();
    if (list !== undefined && list !== listOf(request)) throw cursorOfAnotherList();
    if (rest !== undefined) holder['cursor'] = rest;
  });
  app.addHook('preSerialization', async (request, _reply, payload) => {
    if (partOf(request) === null || typeof payload !== 'object' || payload === null) return payload;
    const { next } = payload as { next?: unknown };
    return typeof next === 'string'
      ? { ...payload, next: `${lifeOf((await generation()).id)}${listOf(request)}.${next}` }
      : payload;
  });
}

/** The list of a request: its route, and of whom or what it is the list. What is filtered or how long a page is does not matter. */
function listOf({ method, routeOptions: { url = '' }, params }: FastifyRequest): string {
  const of = Object.values(params as Record<string, string>).map((value) => value.toLowerCase());
  return createHash('sha256')
    .update(JSON.stringify([method, url, ...of]))
    .digest('hex')
    .slice(0, 4);
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
