import { serializerCompiler as exactCompiler } from 'fastify-type-provider-zod';
import {
  type $ZodCheck,
  type $ZodChecks,
  type $ZodObject,
  type $ZodType,
  type $ZodTypes,
  safeEncode,
} from 'zod/v4/core';

/** Spells a value in JSON, as its schema has it; undefined where the value does not fit. */
type Writer = (value: unknown) => string | undefined;

/**
 * Writes answers by their schemas, each checked and spelt in one go by a function made for its schema. It says what encoding
 * with zod and `JSON.stringify` would say, unknown fields left out, at a fraction of their cost. An answer that does not fit is
 * left to zod, which throws a ResponseSerializationError that names what is wrong.
 */
export const serializerCompiler: typeof exactCompiler = (route) => {
  const exactly = exactCompiler(route);
  const { schema } = route;
  const write = writerOf('_zod' in schema ? schema : schema.properties);
  return (answer) => write(answer) ?? exactly(answer);
};

/** A function that spells what fits a schema. It is made of the schema's kinds and field names, never of anything that comes in. */
export function writerOf(schema: $ZodType): Writer {
  const parts = createParts();
  const body = `let json = '';\n${statementsFor(schema, 'value', parts)}return json;`;
  // oxlint-disable-next-line typescript/no-implied-eval -- its text is of our schemas alone
  const make = new Function('parts', 'holds', `return (value) => {\n${body}\n};`);
  return (make as (parts: unknown[], check: typeof holds) => Writer)(parts.all, holds);
}

/** What the made function refers to, and names of its own for variables. */
interface Parts {
  all: unknown[];
  /** An expression for a value that lives here. */
  add(part: unknown): string;
  name(): string;
}

function createParts(): Parts {
  const all: unknown[] = [];
  let names = 0;
  return { all, add: (part) => `parts[${all.push(part) - 1}]`, name: () => `v${(names += 1)}` };
}

/** Statements that add a value to `json`, or return where it does not fit. */
function statementsFor(schema: $ZodType, value: string, parts: Parts): string {
  const plain = plainStatementsFor(schema as $ZodTypes, value, parts); // the union of all that there are
  if (plain === undefined) return addedBy((one: unknown) => exactly(schema, one), value, parts);
  const checks = checksOf(schema).map((check) => unless(conditionOf(check, value, parts)));
  return plain.test + checks.join('') + plain.add;
}

/** Returns where it does not fit. */
const unless = (condition: string): string => `if (!(${condition})) return;\n`;

interface Statements {
  /** Returns where the value is of another kind. */
  test: string;
  add: string;
}

/** Without the schema's checks; undefined for a kind that zod alone knows how to encode. */
function plainStatementsFor(schema: $ZodTypes, value: string, parts: Parts): Statements | undefined {
  const { def } = schema._zod;
  if ('coerce' in def && def.coerce) return undefined;
  switch (def.type) {
    case 'string': {
      const isPlain = 'format' in def && plainFormats.has(String(def.format));
      const spelt = isPlain ? `'"' + ${value} + '"'` : `JSON.stringify(${value})`;
      return { test: unless(`typeof ${value} === 'string'`), add: `json += ${spelt};\n` };
    }
    case 'number':
      return { test: unless(`Number.isFinite(${value})`), add: `json += ${value};\n` };
    case 'boolean':
      return { test: unless(`typeof ${value} === 'boolean'`), add: `json += ${value};\n` };
    case 'enum':
    case 'literal': {
      const spelt = new Map([...(schema._zod.values ?? [])].map((one) => [one, JSON.stringify(one)]));
      const known = parts.name();
      return {
        test: `const ${known} = ${parts.add(spelt)}.get(${value});\n${unless(known)}`,
        add: `json += ${known};\n`,
      };
    }
    case 'nullable':
      return {
        test: '',
        add: `if (${value} === null) json += 'null';\nelse {\n${statementsFor(def.innerType, value, parts)}}\n`,
      };
    case 'optional':
    case 'default': // a default is for what comes in
      return { test: '', add: statementsFor(def.innerType, value, parts) };
    case 'union': {
      const writers = def.options.map(writerOf);
      return { test: '', add: addedBy((one: unknown) => firstOf(writers, one), value, parts) };
    }
    case 'array': {
      const index = parts.name();
      const item = parts.name();
      return {
        test: unless(`Array.isArray(${value})`),
        add: `json += '[';
for (let ${index} = 0; ${index} < ${value}.length; ${index} += 1) {
if (${index} > 0) json += ',';
const ${item} = ${value}[${index}];
${statementsFor(def.element, item, parts)}}
json += ']';\n`,
      };
    }
    case 'object':
      return objectStatementsFor(def, value, parts);
    default:
      return undefined;
  }
}

/** What passes the pattern of one of these has nothing that JSON must escape. */
const plainFormats: ReadonlySet<string> = new Set(['uuid', 'datetime', 'date']);

function objectStatementsFor(
  { shape, catchall }: $ZodObject['_zod']['def'],
  value: string,
  parts: Parts,
): Statements | undefined {
  const isStrict = catchall?._zod.def.type === 'never';
  if (catchall !== undefined && !isStrict) return undefined;
  const comma = parts.name();
  const members = Object.entries(shape).map(([key, schema]) => {
    const member = parts.name();
    const name = JSON.stringify(`${JSON.stringify(key)}:`);
    const add = `json += ${comma} + ${name};\n${comma} = ',';\n${statementsFor(schema, member, parts)}`;
    const isOptional = schema._zod.def.type === 'optional';
    return `const ${member} = ${value}[${JSON.stringify(key)}];\n${isOptional ? `if (${member} !== undefined) {\n${add}}\n` : add}`;
  });
  const strict = `for (const key in ${value}) ${unless(`Object.hasOwn(${parts.add(shape)}, key)`)}`;
  return {
    test:
      unless(`typeof ${value} === 'object' && ${value} !== null && !Array.isArray(${value})`) +
      (isStrict ? strict : ''),
    add: `{\nlet ${comma} = '';\njson += '{';\n${members.join('')}json += '}';\n}\n`,
  };
}

/** Adds what a writer says of a value. */
function addedBy(write: Writer, value: string, parts: Parts): string {
  const spelt = parts.name();
  return `const ${spelt} = ${parts.add(write)}(${value});\nif (${spelt} === undefined) return;\njson += ${spelt};\n`;
}

function firstOf(writers: readonly Writer[], value: unknown): string | undefined {
  for (const write of writers) {
    const spelt = write(value);
    if (spelt !== undefined) return spelt;
  }
  return undefined;
}

/** As zod collects them: a format such as that of a UUID is a schema that is its own check. */
const checksOf = (schema: $ZodType): $ZodCheck[] => [
  ...(schema._zod.traits.has('$ZodCheck') ? [schema as unknown as $ZodCheck] : []),
  ...(schema._zod.def.checks ?? []),
];

/** An expression that tells whether a check has nothing to complain of: the simple ones without the way through zod. */
function conditionOf(check: $ZodCheck, value: string, parts: Parts): string {
  const { def } = (check as $ZodChecks)._zod; // the union of all that there are
  const inZod = `holds(${parts.add(check)}, ${value})`;
  switch (def.check) {
    case 'string_format': {
      const isPattern = def.format === 'regex' || plainFormats.has(def.format);
      const isStateless = def.pattern !== undefined && !def.pattern.global && !def.pattern.sticky;
      return isPattern && isStateless ? `${parts.add(def.pattern)}.test(${value})` : inZod;
    }
    case 'number_format':
      return def.format === 'safeint' ? `Number.isSafeInteger(${value})` : inZod;
    case 'greater_than':
      return typeof def.value === 'number' ? `${value} >${def.inclusive ? '=' : ''} ${def.value}` : inZod;
    case 'less_than':
      return typeof def.value === 'number' ? `${value} <${def.inclusive ? '=' : ''} ${def.value}` : inZod;
    case 'overwrite':
      return `${parts.add(def.tx)}(${value}) === ${value}`;
    default:
      return inZod;
  }
}

/** Whether a check has nothing to complain of, and nothing to change, as trimming would. */
function holds(check: $ZodCheck<unknown>, value: unknown): boolean {
  const payload = { value, issues: [] };
  const { when } = check._zod.def;
  if (when !== undefined && !when(payload)) return true;
  const pending = check._zod.check(payload);
  return pending === undefined && payload.issues.length === 0 && payload.value === value;
}

function exactly(schema: $ZodType, value: unknown): string | undefined {
  const encoded = safeEncode(schema, value);
  return encoded.success ? JSON.stringify(encoded.data) : undefined;
}
