import { problems, type ProblemCode } from '@rohnamo/contracts';
import { z } from 'zod';
import { detailOf } from './problem-detail.ts';

/** Where in the request something is wrong. `pointer` (RFC 6901, as a fragment) for the body, `parameter` and `in` for the rest. */
export const ProblemError = z.object({
  pointer: z.string().optional(),
  parameter: z.string().optional(),
  in: z.enum(['path', 'query', 'header']).optional(),
  detail: z.string(),
});
export type ProblemError = z.infer<typeof ProblemError>;

/** An answer that is a refusal: RFC 9457, as `application/problem+json`. Extensions such as `allowedActions` stand beside these members. */
export const Problem = z
  .looseObject({
    type: z.string().describe('Stable, and a page that explains it: /problems/<code>'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('The cause of this refusal, and what to do about it'),
    instance: z.string().describe('Names this one request; it is in our logs, too'),
    errors: z.array(ProblemError).optional().describe('What is wrong, field by field'),
  })
  .meta({
    examples: [
      {
        type: '/problems/invalid-field',
        title: problems['invalid-field'].title,
        status: 422,
        detail:
          '#/priority: must be one of emergency, urgent, routine. Mend the fields named in errors; each has a JSON pointer.',
        instance: 'urn:uuid:0af76519-16cd-43dd-8448-eb211c80319c',
        errors: [{ pointer: '#/priority', detail: 'must be one of emergency, urgent, routine' }],
      },
    ],
  });
export type Problem = z.infer<typeof Problem>;

export interface RefusedOptions {
  /** The cause, for the caller's developer. Never a value that the caller sent, never anything about a person. */
  detail?: string;
  /** What to do about it, where this request needs another remedy than all of its kind. It follows the cause. */
  remedy?: string;
  errors?: readonly ProblemError[];
  /** Further members of the problem, such as `allowedActions`. */
  extensions?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** A request that is refused, for a reason that `contracts` names. Throw it anywhere under a route. */
export class Refused extends Error {
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly remedy: string | undefined;
  readonly errors: readonly ProblemError[] | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, options: RefusedOptions = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Refused';
    this.code = code;
    this.detail = options.detail;
    this.remedy = options.remedy;
    this.errors = options.errors;
    this.extensions = options.extensions ?? {};
    this.headers = options.headers ?? {};
  }
}

/** `throw refused('not-found')` */
export const refused = (code: ProblemCode, options: RefusedOptions = {}): Refused => new Refused(code, options);

/** The path is none of this service's, whoever asks. */
export const noSuchPath = (): Refused =>
  refused('not-found', {
    detail: 'This service has no such path.',
    remedy: 'See the paths in /openapi.json, and the spelling: a path does not end in a slash.',
  });

export const isProblemCode = (value: unknown): value is ProblemCode =>
  typeof value === 'string' && Object.hasOwn(problems, value);

export const problemType = (code: ProblemCode): string => `/problems/${code}`;

/** A trace id, which has the size of a UUID, as the URN that names one request. */
export const instanceOf = (traceId: string): string =>
  `urn:uuid:${traceId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`;

/** The problem document of a refusal. */
export function problemOf(refusal: Refused, traceId: string): Problem {
  const { status, title } = problems[refusal.code];
  return {
    ...refusal.extensions,
    type: problemType(refusal.code),
    title,
    status,
    detail: detailOf(refusal),
    instance: instanceOf(traceId),
    ...(refusal.errors === undefined ? {} : { errors: [...refusal.errors] }),
  };
}

/**
 * The `response` entries of the problems that a route can answer, grouped by status, so that OpenAPI lists them:
 * `response: { 200: Referral, ...problemResponses('not-found', 'version-mismatch') }`.
 * What every route can answer (401, 403, 422, 429, 500, 503) is added by the server.
 */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- problems are thrown, so they must not widen what a handler may return
export function problemResponses(...codes: readonly ProblemCode[]): Record<never, never> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = problems[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `\`${code}\`: ${problems[code].title}`).join('; '),
        content: { 'application/problem+json': { schema: Problem } },
      },
    ]),
  );
}
