import { readVerifierKey } from '@rohnamo/journal';
import { z } from 'zod';
import {
  brokers,
  checkpointSeed,
  databaseUrl,
  flag,
  httpUrl,
  isProxyRange,
  list,
  secret,
  wholeNumber,
} from './config-fields.ts';
import type { Present, Rule } from './config-rules.ts';
import { findingsOf } from './validation.ts';

/** The environment does not hold what the service needs. The message lists every variable that is missing or wrong, never a value. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.length === 1 ? problems[0] : `The configuration is not complete:\n${problems.join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** The variables of every service. A service extends it: `baseConfig.extend({ … })`. */
export const baseConfig = z.object({
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  PORT: wholeNumber(0, 65_535).describe('Port to listen on; 0 lets the system choose'),
  PUBLIC_URL: httpUrl()
    .optional()
    .describe('How callers reach this service, for links in answers and the API document'),
  DATABASE_URL: databaseUrl().describe("This service's own database, as its app role: postgres://…"),
  DATABASE_OWNER_URL: databaseUrl()
    .optional()
    .describe('The same database as its owner role: for the command migrate, and for MIGRATE_AT_BOOT'),
  DATABASE_SEALER_URL: databaseUrl()
    .optional()
    .describe('The same database as its sealer role: for the command seal, or where this process seals itself'),
  MIGRATE_AT_BOOT: flag()
    .default(false)
    .describe('Whether to apply migrations before serving, in development: true or false'),
  ACCEPT_NEWER_SCHEMA: flag()
    .default(false)
    .describe(
      'Whether to start on a database that a newer version has migrated, amid a rolling upgrade: true or false',
    ),
  KAFKA_BROKERS: brokers()
    .optional()
    .describe('Kafka brokers, host:port, comma-separated; none: events stay in the journal. Needed to serve'),
  TOPIC_PREFIX: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,40}$/, 'must be lower-case letters, digits, dots and dashes')
    .default('rohnamo')
    .describe('What every topic name begins with'),
  OIDC_ISSUERS: list()
    .pipe(z.array(httpUrl()))
    .describe('OpenID issuers whose access tokens are accepted, as URLs, comma-separated'),
  TOKEN_AUDIENCE: z
    .string()
    .regex(/^\S+$/, 'must have no blanks')
    .default('urn:rohnamo:api')
    .describe('Audience that access tokens must name'),
  SERVICE_CLIENT_ID: z
    .string()
    .regex(/^\S+$/, 'must have no blanks')
    .optional()
    .describe('The client as which this service calls the others'),
  SERVICE_CLIENT_SECRET: secret().optional().describe('The secret of that client'),
  CHECKPOINT_SIGNING_KEY: checkpointSeed()
    .optional()
    .describe('Ed25519 seed that signs checkpoints of the journal, 32 bytes in base64; goes with DATABASE_SEALER_URL'),
  CHECKPOINT_VERIFIER_KEY: z
    .string()
    .refine((value) => readVerifierKey(value) !== null, 'must be the line that seal --verifier-key prints')
    .optional()
    .describe('Public key of the checkpoints, for a process that does not seal itself; seal --verifier-key prints it'),
  CHECKPOINT_INTERVAL_SECONDS: wholeNumber(1, 3600)
    .default(300)
    .describe('How often outsiders are shown another checkpoint, so that its size tells nothing of one request'),
  RATE_LIMIT_PER_MINUTE: wholeNumber(1, 10_000_000)
    .default(6000)
    .describe('Requests that one client may send in a minute to one process'),
  TRUSTED_PROXIES: list()
    .pipe(z.array(z.string().refine(isProxyRange, 'must be addresses or ranges, such as 10.0.0.7 or 10.1.0.0/16')))
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
  rules: readonly Rule[] = [],
): z.infer<Schema> {
  const present: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = env[name];
    if (value !== undefined && value.trim() !== '') present[name] = value;
  }
  const result = schema.safeParse(present);
  const found = result.success ? [] : findingsOf(result.error.issues, present);
  // A line for each variable: where one rule is broken, others most often are because of it.
  const byVariable = Map.groupBy(found, ({ name }) => name.split('.')[0] ?? name);
  const problems = [
    ...[...byVariable].map(([name, [first]]) => explain(schema, name, present, first?.detail ?? 'is not valid')),
    ...rules
      .flatMap((rule) => rule(present, env))
      .map((finding) =>
        typeof finding === 'string' ? finding : explain(schema, finding.name, present, finding.detail),
      ),
  ];
  if (!result.success || problems.length > 0) throw new ConfigError([...new Set(problems)]);
  return result.data;
}

function explain(schema: z.ZodObject, name: string, present: Present, detail: string): string {
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
