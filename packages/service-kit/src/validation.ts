import type { FastifySchemaCompiler } from 'fastify';
import { safeParse, type $ZodIssue, type $ZodType } from 'zod/v4/core';
import type { ProblemError } from './problem.ts';

/** A part of a request that does not fit its schema. Its errors name fields and rules, never the values that came. */
export class InvalidInput extends Error {
  readonly errors: readonly ProblemError[];

  constructor(errors: readonly ProblemError[]) {
    super('invalid input');
    this.name = 'InvalidInput';
    this.errors = errors;
  }
}

type RequestPart = 'body' | 'path' | 'query' | 'header';
const partOf: Readonly<Record<string, RequestPart>> = {
  body: 'body',
  params: 'path',
  querystring: 'query',
  headers: 'header',
};

/** Validates each part of a request with its zod schema. */
export const validatorCompiler: FastifySchemaCompiler<$ZodType> = ({ schema, httpPart }) => {
  const part = partOf[httpPart ?? 'body'] ?? 'body';
  return (data: unknown) => {
    // Fastify hands over null where no body came.
    const input = part === 'body' && data === null ? undefined : data;
    const result = safeParse(schema, input);
    const errors = result.success ? [] : errorsOf(result.error.issues, part, input);
    const found = part === 'query' ? withEmptyOrRepeated(errors, data) : errors;
    return result.success && found.length === 0 ? { value: result.data } : { error: new InvalidInput(found) };
  };
};

const unknownHere = 'is not known here';

/** No query parameter takes an empty value or is sent twice: of one that takes several values, commas stand between them. */
function withEmptyOrRepeated(errors: readonly ProblemError[], query: unknown): ProblemError[] {
  const found = Object.entries(query as Record<string, unknown>).flatMap(([name, value]) => {
    if (value === '') return [errorAt([name], 'must not be empty: give it a value, or leave it out', 'query')];
    return Array.isArray(value) ? [errorAt([name], 'is sent more than once: send it once', 'query')] : [];
  });
  const isUnknown = ({ parameter }: ProblemError) =>
    errors.some((error) => error.parameter === parameter && error.detail === unknownHere);
  const ours = found.filter((error) => !isUnknown(error));
  return [...errors.filter(({ parameter }) => !ours.some((error) => error.parameter === parameter)), ...ours];
}

/** What is wrong, issue by issue, as the errors of a problem document. At most 50. */
export function errorsOf(issues: readonly $ZodIssue[], part: RequestPart, input: unknown): ProblemError[] {
  return issues
    .flatMap((issue) => flatten(issue, [], input))
    .slice(0, 50)
    .map(({ path, detail }) => errorAt(path, detail, part));
}

/** The error of one place in a request. */
export function errorAt(path: readonly PropertyKey[], detail: string, part: RequestPart): ProblemError {
  if (part === 'body') return { pointer: pointerOf(path), detail };
  const parameter = segment(path[0] ?? '');
  return parameter === '' ? { in: part, detail } : { parameter, in: part, detail };
}

/** A JSON pointer in its fragment form (RFC 6901 §6), with names that do not look like names of fields left out. */
const pointerOf = (path: readonly PropertyKey[]): string =>
  `#${path.map((key) => `/${segment(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;

const fieldName = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;

function segment(key: PropertyKey): string {
  if (typeof key === 'number') return String(key);
  const name = String(key);
  // A key can be anything that the caller wrote, a person's name too. Only what looks like a field is said back.
  return name === '' || /^\d{1,6}$/.test(name) || fieldName.test(name) ? name : '…';
}

interface Finding {
  path: readonly PropertyKey[];
  detail: string;
}

function flatten(issue: $ZodIssue, parent: readonly PropertyKey[], input: unknown): Finding[] {
  const path = [...parent, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], detail: unknownHere }));
  if (issue.code !== 'custom' && isMissing(input, path)) return [{ path, detail: 'is required' }];
  if (issue.code === 'invalid_union') {
    const nearest = nearestBranch(issue.errors);
    if (nearest !== undefined) return nearest.flatMap((inner) => flatten(inner, path, input));
  }
  return [{ path, detail: describeIssue(issue) }];
}

/** Of a union's branches, the one whose complaint lies deepest: the one that was probably meant. */
function nearestBranch(branches: readonly (readonly $ZodIssue[])[]): readonly $ZodIssue[] | undefined {
  const depth = (branch: readonly $ZodIssue[]) => Math.min(...branch.map((issue) => issue.path.length));
  const [first] = [...branches].filter((branch) => branch.length > 0).sort((a, b) => depth(b) - depth(a));
  return first !== undefined && depth(first) > 0 ? first : undefined;
}

/** The rule that was broken, in words. Never holds what was sent. */
export function describeIssue(issue: $ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${article(issue.expected)}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${String(issue.minimum)}${unitOf(issue.origin)}`;
    case 'too_big':
      return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${String(issue.maximum)}${unitOf(issue.origin)}`;
    case 'not_multiple_of':
      return `must be a multiple of ${String(issue.divisor)}`;
    case 'invalid_format':
      return issue.message.startsWith('Invalid ') ? `must be a valid ${formatName(issue.format)}` : issue.message;
    case 'invalid_union':
      return issue.message === 'Invalid input' ? 'has none of the forms that are allowed here' : issue.message;
    case 'invalid_key':
      return 'has a name that is not allowed here';
    case 'invalid_element':
      return 'has an element that is not allowed here';
    case 'unrecognized_keys':
      return 'has fields that are not known here';
    case 'custom':
      break;
  }
  return issue.message === 'Invalid input' ? 'is not valid' : issue.message;
}

const article = (expected: string): string =>
  ({ string: 'text', int: 'a whole number', object: 'an object', array: 'a list', boolean: 'true or false' })[
    expected
  ] ?? `a ${expected}`;

const unitOf = (origin: string): string =>
  ({ string: ' characters long', array: ' long', set: ' long', file: ' bytes' })[origin] ?? '';

const formatName = (format: string): string =>
  ({
    uuid: 'UUID',
    datetime: 'RFC 3339 time, such as 2026-11-24T04:30:00Z',
    date: 'date, such as 2026-11-24',
    url: 'URL',
    email: 'e-mail address',
    regex: 'value: see the pattern in the OpenAPI document',
  })[format] ?? format;

/** Whether there is nothing at a place of the input. */
function isMissing(input: unknown, path: readonly PropertyKey[]): boolean {
  let value = input;
  for (const key of path) {
    // What a schema takes apart itself, such as a list in one text, is there, though it has no members.
    if (typeof value !== 'object' || value === null) return value === undefined || value === null;
    if (!Object.hasOwn(value, key)) return true;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value === undefined;
}

/** The issues of what is not a request, such as a configuration: the same words, by the name of the field. */
export const findingsOf = (issues: readonly $ZodIssue[], input: unknown): { name: string; detail: string }[] =>
  issues
    .flatMap((issue) => flatten(issue, [], input))
    .map(({ path, detail }) => ({ name: path.map(segment).join('.'), detail }));
