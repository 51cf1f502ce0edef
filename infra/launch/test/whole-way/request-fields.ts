import { z } from 'zod';

interface JsonSchema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
}

const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});
const WithBody = z.object({
  requestBody: z.object({ content: z.object({ 'application/json': z.object({ schema: z.unknown() }) }) }),
});

/**
 * The fields of all JSON bodies that a service takes, as its API document, made of the schemas that validate, names them: those
 * that hold text of the caller's choice. Ids and codes of a closed list are none.
 */
export async function textFieldsOf(url: string): Promise<string[]> {
  const { paths, components } = Document.parse(await (await fetch(`${url}/openapi.json`)).json());
  const operations = Object.entries(paths).filter(([path]) => !path.startsWith('/v1/parked'));
  const fields = operations.flatMap(([, methods]) =>
    Object.values(methods).flatMap((operation) => {
      const body = WithBody.safeParse(operation).data?.requestBody.content['application/json'].schema;
      return body === undefined ? [] : textsIn(body as JsonSchema, '');
    }),
  );
  return [...new Set(fields)].toSorted();

  function textsIn(schema: JsonSchema, name: string): string[] {
    if (schema.$ref !== undefined)
      return textsIn(components.schemas[schema.$ref.split('/').at(-1) ?? ''] as JsonSchema, name);
    const inner = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((options) => options ?? []);
    const within = (property: string) => (name === '' ? property : `${name}.${property}`);
    return [
      ...inner.flatMap((option) => textsIn(option, name)),
      ...Object.entries(schema.properties ?? {}).flatMap(([property, value]) => textsIn(value, within(property))),
      ...(schema.items === undefined ? [] : textsIn(schema.items, name)),
      ...(isText(schema) ? [name] : []),
    ];
  }
}

const isText = ({ type, format, enum: codes, const: code }: JsonSchema): boolean =>
  type === 'string' && format !== 'uuid' && codes === undefined && code === undefined;
