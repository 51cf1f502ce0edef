import type { ProblemCode } from '@rohnamo/contracts';
import type { Actor, IdempotencyKey, Written } from '@rohnamo/journal';
import type { FastifyRequest } from 'fastify';
import { fingerprint, idempotencyKeyOf } from './preconditions.ts';
import { type Refused, refused } from './problem.ts';

/** Who acts in a request, as its entry will say. */
export function actorOf({ caller }: FastifyRequest): Actor {
  const { clientId, organisationId, role, actingPerson } = caller;
  return { kind: 'client', clientId, organisationId, role, actingPerson };
}

/** The request's Idempotency-Key with what it was used for; undefined where none was sent. */
export function keyOf(request: FastifyRequest): IdempotencyKey | undefined {
  const key = idempotencyKeyOf(request);
  return key === null ? undefined : { client: request.caller.clientId, key, fingerprint: fingerprint(request) };
}

/** What was written now, or what a repeat of the request had written before. */
export type Settled<Result> =
  | { kind: 'recorded'; result: Result }
  | { kind: 'repeat'; subject: string; version: number };

/**
 * Throws every outcome of a write that is a refusal.
 * @param constraints the problem that the violation of a database constraint is, by the constraint's name.
 */
export function settled<Result>(
  written: Written<Result, Refused>,
  constraints: Readonly<Record<string, ProblemCode>> = {},
): Settled<Result> {
  switch (written.kind) {
    case 'recorded':
    case 'repeat':
      return written;
    case 'refused':
      throw written.refusal;
    case 'key-reused':
      throw refused('idempotency-key-reused');
    case 'contention':
      throw refused('contention');
    case 'constraint':
      break;
  }
  const code = written.constraint === null ? undefined : constraints[written.constraint];
  if (code !== undefined) throw refused(code);
  throw new Error('the database refused a row that should have been valid', {
    cause: { constraint: written.constraint },
  });
}
