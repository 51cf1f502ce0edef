import { STATUS_CODES } from 'node:http';
import type { $ZodType, JSONSchema } from 'zod/v4/core';

/**
 * Leaves the objects of answers open in the document. Zod closes them, since it strips what it does not know on the way out;
 * a generated client would then break on the first field that is added. Strict objects, those of requests, stay closed.
 */
export function openForGrowth(context: { zodSchema: $ZodType; jsonSchema: JSONSchema.BaseSchema }): void {
  const { def } = context.zodSchema._zod;
  if (def.type === 'object' && (!('catchall' in def) || def.catchall === undefined)) {
    delete context.jsonSchema.additionalProperties;
  }
}

/** The document without component schemas that nothing points to, and with words where the generator has none. */
export function tidied<Document extends object>(document: Document): Document {
  const described = inReadingOrder(withDescriptions(document));
  const { components, ...rest } = described as { components?: { schemas?: Record<string, unknown> } };
  const schemas = components?.schemas;
  if (schemas === undefined) return described;
  const used = new Set<string>();
  const waiting = referencesIn(rest);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (used.has(name)) continue;
    used.add(name);
    waiting.push(...referencesIn(schemas[name]));
  }
  return {
    ...described,
    components: {
      ...components,
      schemas: Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name))),
    },
  };
}

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete'];

/** What the service is there for first, what is the same everywhere last. */
function inReadingOrder<Document extends object>(document: Document): Document {
  const { paths } = document as { paths?: Record<string, unknown> };
  if (paths === undefined) return document;
  const inOrder = (operations: unknown) =>
    Object.fromEntries(
      Object.entries(operations as Record<string, unknown>).sort(([a], [b]) => methods.indexOf(a) - methods.indexOf(b)),
    );
  const isCommon = ([path]: [string, unknown]) => /^\/(health|metrics|problems)(\/|$)/.test(path);
  const entries = Object.entries(paths).map(([path, operations]): [string, unknown] => [path, inOrder(operations)]);
  return {
    ...document,
    paths: Object.fromEntries([...entries.filter((entry) => !isCommon(entry)), ...entries.filter(isCommon)]),
  };
}

const prefix = '#/components/schemas/';

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' && inner.startsWith(prefix)
      ? [inner.slice(prefix.length)]
      : referencesIn(inner),
  );
}

/** Names each answer that has no description of its own by its status. */
function withDescriptions<Value>(value: Value, status = ''): Value {
  if (Array.isArray(value)) return value.map((inner: unknown) => withDescriptions(inner)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const out = Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [
      key,
      key === 'description' && inner === 'Default Response'
        ? (STATUS_CODES[status] ?? 'Answer')
        : withDescriptions(inner, key),
    ]),
  );
  return out as Value;
}
