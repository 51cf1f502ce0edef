import type { ProblemCode } from '@rohnamo/contracts';
import type { NewEntry } from '@rohnamo/journal';
import { actorOf, currentTrace } from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';

/** Who acts, when, in which trace, and on which version: what a decision knows of a request besides what it asks. */
export interface Occasion extends Required<Pick<NewEntry, 'actor' | 'time' | 'traceparent'>> {}

export const occasionOf = (request: FastifyRequest, time: Date): Occasion => ({
  actor: actorOf(request),
  time,
  traceparent: currentTrace() ?? null,
});

/** What every write can be refused with, beside its own reasons. */
export const writeProblems = [
  'idempotency-key-reused',
  'overloaded',
  'outcome-unknown',
] as const satisfies readonly ProblemCode[];

/** What every change of something that is there can be refused with, beside its own reasons. */
export const changeProblems = [
  'not-found',
  'precondition-required',
  'version-mismatch',
  'contention',
  ...writeProblems,
] as const satisfies readonly ProblemCode[];
