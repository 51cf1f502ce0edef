import { etagOf, ifMatchAllows, type Refused, refused } from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';

/** The refusal of a change to another version than the one that was read; null where it fits or nothing was said. */
export const versionMismatch = (request: FastifyRequest, version: number): { refuse: Refused } | null =>
  ifMatchAllows(request.headers['if-match'], version)
    ? null
    : { refuse: refused('version-mismatch', { headers: { etag: etagOf(version) } }) };
