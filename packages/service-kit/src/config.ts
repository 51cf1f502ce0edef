import { z } from 'zod';
import { findingsOf } from './validation.ts';

/** The environment does not hold what the service needs. The message lists every variable that is missing or wrong, never a value. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is not complete:\n${problems.map((line) => `  ${line}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const wellKnown = [
  'admin',
  'administrator',
  'changeit',
  'changeme',
  'default',
  'demo',
  'development',
  'example',
  'letmein',
  'mypassword',
  'mysecret',
  'pass',
  'passwd',
  'password',
  'placeholder',
  'postgres',
  'production',
  'qwerty',
  'replaceme',
  'rohnamo',
  'root',
  'sample',
  'secret',
  'supersecret',
  'test',
  'todo',
  'user',
  'welcome',
  'xxx',
];

/** Whether a secret is one that anybody would try: a well-known word, also in other case, padded, repeated or numbered. */
export function isWellKnown(secret: string): boolean {
  const letters = secret
    .toLowerCase()
    .replaceAll('0', 'o')
    .replaceAll('$', 's')
    .replaceAll('@', 'a')
    .replace(/[^a-z]/g, '');
  if (new Set(secret).size < 6 || isRepeated(secret) || isRun(secret)) return true;
  let rest = letters;
  for (const word of [...wellKnown].sort((a, b) => b.length - a.length)) rest = rest.replaceAll(word, '');
  // What is left of "change-me-secret-password-1234" once the words are gone is next to nothing.
  return rest.length < letters.length && rest.length < Math.max(10, letters.length / 3);
}

/** The same again and again: "abc123abc123". */
const isRepeated = (secret: string): boolean => `${secret}${secret}`.indexOf(secret, 1) <= secret.length / 2;

/** One character after the other: "abcdefgh…", "87654321…". */
function isRun(secret: string): boolean {
  let inStep = 0;
  for (let index = 1; index < secret.length; index += 1) {
    if (Math.abs(secret.charCodeAt(index) - secret.charCodeAt(index - 1)) <= 1) inStep += 1;
  }
  return inStep > secret.length * 0.7;
}

/** A secret: at least 24 characters, and not one that anybody would try. Make one with `openssl rand -base64 32`. */
export const secret = () =>
  z
    .string()
    .min(24)
    .refine((value) => !isWellKnown(value), 'must not be a well-known value: make one with openssl rand -base64 32');

/** A whole number between two bounds, as an environment variable spells it. */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max));

/** `true` or `false`. */
export const flag = () => z.enum(['true', 'false']).transform((value) => value === 'true');

/** A comma-separated list of at least one. */
export const list = () =>
  z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .pipe(z.array(z.string()).min(1));

const databaseUrl = () =>
  z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be a URL: postgres://user:password@host:5432/database' })
    .refine((url) => !hasWellKnownPassword(url), 'must not have a well-known password');

function hasWellKnownPassword(url: string): boolean {
  // Refinements run even where the text turned out to be no URL.
  if (!URL.canParse(url)) return false;
  const { password } = new URL(url);
  return password !== '' && isWellKnown(password);
}

/** The variables of every service. A service extends it: `baseConfig.extend({ … })`. */
export const baseConfig = z.object({
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  PORT: wholeNumber(0, 65_535).describe('Port to listen on; 0 lets the system choose'),
  PUBLIC_URL: z.url().optional().describe('How callers reach this service, for links in answers and the API document'),
  DATABASE_URL: databaseUrl().describe("This service's own database, as its app role: postgres://…"),
  DATABASE_OWNER_URL: databaseUrl()
    .optional()
    .describe('The same database as its owner role, for migrations; may be absent where MIGRATE_AT_BOOT is false'),
  DATABASE_SEALER_URL: databaseUrl()
    .optional()
    .describe('The same database as its sealer role, which signs checkpoints'),
  MIGRATE_AT_BOOT: flag().default(true).describe('Whether to apply migrations before serving: true or false'),
  KAFKA_BROKERS: list()
    .optional()
    .describe('Kafka brokers, host:port, comma-separated; without them events stay in the journal'),
  TOPIC_PREFIX: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,40}$/, 'must be lower-case letters, digits, dots and dashes')
    .default('rohnamo')
    .describe('What every topic name begins with'),
  OIDC_ISSUERS: list()
    .pipe(z.array(z.url()))
    .describe('OpenID issuers whose access tokens are accepted, as URLs, comma-separated'),
  TOKEN_AUDIENCE: z.string().min(1).default('urn:rohnamo:api').describe('Audience that access tokens must name'),
  SERVICE_CLIENT_ID: z.string().min(1).optional().describe('The client as which this service calls the others'),
  SERVICE_CLIENT_SECRET: secret().optional().describe('The secret of that client'),
  CHECKPOINT_SIGNING_KEY: z
    .string()
    .min(1)
    .optional()
    .describe('Ed25519 private key that signs checkpoints of the journal'),
  RATE_LIMIT_PER_MINUTE: wholeNumber(1, 10_000_000)
    .default(6000)
    .describe('Requests that one client may send in a minute to one process'),
  TRUSTED_PROXIES: list()
    .optional()
    .describe('Addresses or ranges of the proxies in front, whose X-Forwarded-For is believed, comma-separated'),
  DRAIN_SECONDS: wholeNumber(0, 60)
    .default(0)
    .describe('Seconds between no longer being ready and no longer accepting, for a load balancer to notice'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least severe level that is logged'),
});
export type BaseConfig = z.infer<typeof baseConfig>;

/** Reads the configuration from the environment; an empty variable counts as missing. Throws ConfigError. */
export function loadConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
): z.infer<Schema> {
  const present: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = env[name];
    if (value !== undefined && value.trim() !== '') present[name] = value;
  }
  const problems: string[] = [];
  const result = schema.safeParse(present);
  if (!result.success) {
    for (const { name, detail } of findingsOf(result.error.issues, present))
      problems.push(explain(schema, name.split('.')[0] ?? name, present, detail));
  }
  if (needsOwner(schema, present)) {
    problems.push(explain(schema, 'DATABASE_OWNER_URL', present, 'is required where MIGRATE_AT_BOOT is not false'));
  }
  if (!result.success || problems.length > 0) throw new ConfigError([...new Set(problems)]);
  return result.data;
}

const needsOwner = (schema: z.ZodObject, present: Readonly<Record<string, string>>): boolean =>
  'DATABASE_OWNER_URL' in schema.shape &&
  'MIGRATE_AT_BOOT' in schema.shape &&
  present['MIGRATE_AT_BOOT'] !== 'false' &&
  present['DATABASE_OWNER_URL'] === undefined;

function explain(schema: z.ZodObject, name: string, present: Readonly<Record<string, string>>, detail: string): string {
  const what = descriptionOf(schema.shape[name] as z.ZodType | undefined);
  return present[name] === undefined
    ? `${name} is missing (${what}): set it; it ${detail}.`
    : `${name} is not valid (${what}): it ${detail}.`;
}

const descriptionOf = (field: z.ZodType | undefined): string => field?.description ?? 'not described';

/** The configuration as a Markdown table: name, what it is, default. A README that shows it can be tested against it. */
export function describeConfig(schema: z.ZodObject): string {
  const rows = Object.entries(schema.shape).map(([name, field]) => {
    const type = field as z.ZodType;
    return `| \`${name}\` | ${descriptionOf(type)} | ${defaultOf(type)} |`;
  });
  return ['| variable | what it is | default |', '|---|---|---|', ...rows].join('\n');
}

function defaultOf(field: z.ZodType): string {
  if (field instanceof z.ZodDefault) {
    const value: unknown = field.def.defaultValue;
    return `\`${Array.isArray(value) ? value.join(',') : String(value)}\``;
  }
  return field instanceof z.ZodOptional ? '–' : 'required';
}
