import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { createJournal } from '@rohnamo/journal';
import {
  baseConfig,
  type CommandIo,
  ConfigError,
  connectWithinMs,
  createPool,
  describeIssue,
  isDatabaseUnavailable,
  loadConfig,
  optionsFault,
  Refused,
} from '@rohnamo/service-kit';
import { platformOrganisationId } from '@rohnamo/contracts';
import { z } from 'zod';
import { client } from '../schema.ts';
import { complaintsAboutPlaces, isOfPlatform } from './check-places.ts';
import { lookUp } from './directory.ts';
import { helpOfClients } from './help.ts';
import { manageClients, type Managed, type Unchanged } from './manage.ts';
import { Misuse } from './misuse.ts';
import { NewClient, newClientId } from './new-client.ts';
import { newCredential } from './new-credential.ts';
import { asTable, asText, viewOf } from './output.ts';
import { type ClientStore, createClientStore } from './store.ts';

/** Secrets are among what `out` is given. */
export interface CommandLine extends CommandIo {
  /** What follows `clients`. */
  args: readonly string[];
  now?: () => Date;
}

/** It is understood and not done: exit code 1. */
class Refusal extends Error {}

const options = {
  role: { type: 'string' },
  organisation: { type: 'string' },
  'organisation-kind': { type: 'string' },
  facility: { type: 'string', multiple: true },
  desk: { type: 'string', multiple: true },
  scope: { type: 'string', multiple: true },
  'client-id': { type: 'string' },
  'public-jwk': { type: 'string' },
  'secret-from-env': { type: 'string' },
  unchecked: { type: 'boolean' },
  'overlap-hours': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;
type Option = keyof typeof options;
type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

interface Context extends Required<CommandLine> {
  values: Values;
  manage: ReturnType<typeof manageClients>;
  store: ClientStore;
}

interface Command {
  takes: readonly Option[];
  clientId: boolean;
  run: (context: Context, clientId: string) => Promise<void>;
}

const commands: Readonly<Record<string, Command>> = {
  create: {
    takes: [
      'role',
      'organisation',
      'organisation-kind',
      'facility',
      'desk',
      'scope',
      'client-id',
      'public-jwk',
      'secret-from-env',
      'unchecked',
      'json',
    ],
    clientId: false,
    run: create,
  },
  rotate: { takes: ['overlap-hours', 'public-jwk', 'json'], clientId: true, run: rotate },
  revoke: { takes: ['json'], clientId: true, run: revoke },
  list: { takes: ['json'], clientId: false, run: list },
};

const commandConfig = z.object({ DATABASE_URL: baseConfig.shape.DATABASE_URL });

/**
 * Manages clients from a terminal, over the service's database as its app role; the service itself need not run.
 * @returns the exit code: 0 done, 1 refused, 2 not understood.
 */
export async function runClients(line: CommandLine): Promise<number> {
  const [name = '--help', ...rest] = line.args;
  if (name === '--help' || name === '-h' || name === 'help') {
    line.out(helpOfClients);
    return 0;
  }
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) throw new Misuse(`there is no command ${JSON.stringify(name)}`);
    const { values, clientId } = understood(command, rest);
    if (values.help === true) line.out(helpOfClients);
    else await withDatabase({ now: () => new Date(), ...line }, values, (context) => command.run(context, clientId));
    return 0;
  } catch (error) {
    if (error instanceof Misuse) {
      line.say(`clients: ${error.message}. See: npm run service -- identity clients --help\n`);
      return 2;
    }
    line.say(`clients: ${reasonOf(error)}\n`);
    return 1;
  }
}

function understood(
  { takes, clientId: takesClientId }: Command,
  args: readonly string[],
): { values: Values; clientId: string } {
  const { values, positionals } = parsed(args);
  const beyond = Object.keys(values).find((option) => option !== 'help' && !takes.includes(option as Option)); // parseArgs lets no other through
  if (beyond !== undefined) throw new Misuse(`--${beyond} has no meaning here`);
  const [clientId = '', ...more] = positionals;
  if (values.help !== true && takesClientId !== (clientId !== ''))
    throw new Misuse(takesClientId ? 'name the client' : 'it takes options only');
  if (more.length > 0) throw new Misuse('name one client');
  return { values, clientId };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new Misuse(optionsFault(error));
  }
}

async function withDatabase(
  line: Required<CommandLine>,
  values: Values,
  work: (context: Context) => Promise<void>,
): Promise<void> {
  const { DATABASE_URL } = loadConfig(commandConfig, line.env);
  const pool = createPool(DATABASE_URL, { applicationName: 'identity clients', max: 2, connectWithinMs });
  try {
    // Never started: a service that runs, or the next to start, places what is recorded here.
    const journal = createJournal({ service: 'identity', pool, subjects: { client }, onError: () => undefined });
    const store = createClientStore(pool);
    await work({ ...line, values, store, manage: manageClients({ journal, store, now: line.now }) });
  } finally {
    await pool.end();
  }
}

async function create({ values, manage, env, out, say }: Context): Promise<void> {
  const wanted = NewClient.safeParse({
    role: values.role,
    organisationId: values.organisation,
    organisationKind: values['organisation-kind'],
    facilityIds: values.facility ?? [],
    deskIds: values.desk ?? [],
    scopes: (values.scope ?? []).flatMap((scopes) => scopes.split(/[ ,]+/)).filter((scope) => scope !== ''),
    clientId: values['client-id'] ?? newClientId((values.role ?? 'client') as NewClient['role'], randomBytes(10)), // checked with the rest
  });
  if (!wanted.success)
    throw new Misuse(
      wanted.error.issues.map((issue) => `${optionOf(issue.path[0])} ${describeIssue(issue)}`).join('; '),
    );
  const { credential, secret } = await newCredential({
    publicJwkFile: values['public-jwk'],
    secretVariable: values['secret-from-env'],
    env,
  });
  if (values.unchecked === true) say('What it names was not looked up in the directory.\n');
  else await checkPlaces(wanted.data, env);
  const made = clientOf(await manage.create(wanted.data, credential), wanted.data.clientId);
  out(asText({ ...viewOf(made), ...(secret === null ? {} : { clientSecret: secret }) }, values.json === true));
  if (secret !== null) say('Keep the secret now: it is not stored and cannot be shown again.\n');
}

const aboutUnchecked =
  'Nothing was changed. For the first clients of an installation, before it has a directory, say --unchecked; ' +
  `who runs, fills or audits the platform is of --organisation ${platformOrganisationId}, which is not looked up.`;

/** Refuses a client whose organisation, facilities or desks are not in the directory, or are not its organisation's own. */
async function checkPlaces(client: NewClient, env: CommandIo['env']): Promise<void> {
  if (isOfPlatform(client)) return;
  const found = await lookUp(client, env).catch((error: unknown) => {
    if (error instanceof ConfigError)
      throw new Refusal(`the directory cannot be asked for what the client names. ${error.message}\n${aboutUnchecked}`);
    if (error instanceof Refused)
      throw new Refusal(
        `the directory does not answer as it should: see DIRECTORY_URL, and PUBLIC_URL, which is the issuer that it takes tokens of. ${aboutUnchecked}`,
      );
    throw error;
  });
  const complaints = complaintsAboutPlaces(client, found);
  if (complaints.length > 0) throw new Refusal(`${complaints.join('; ')}. ${aboutUnchecked}`);
}

async function rotate({ values, manage, out, say }: Context, clientId: string): Promise<void> {
  const typed = values['overlap-hours'] ?? '24';
  const overlapHours = /^\d{1,4}(\.\d{1,10})?$/.test(typed) ? Number(typed) : Number.NaN;
  if (!(overlapHours <= 24 * 90)) throw new Misuse('--overlap-hours must be a number from 0 to 2160');
  const { credential, secret } = await newCredential({ publicJwkFile: values['public-jwk'] });
  const rotated = clientOf(await manage.rotate(clientId, { credential, overlapHours }), clientId);
  out(asText({ ...viewOf(rotated), ...(secret === null ? {} : { clientSecret: secret }) }, values.json === true));
  if (secret !== null) say('Keep the secret now: it is not stored and cannot be shown again.\n');
  say(`What the client had before is valid until ${rotated.previousExpiresAt?.toISOString() ?? 'now'}.\n`);
}

async function revoke({ values, manage, store, out, say }: Context, clientId: string): Promise<void> {
  const managed = await manage.revoke(clientId);
  const before = 'unchanged' in managed && managed.unchanged === 'revoked' ? await store.byClientId(clientId) : null;
  out(asText(viewOf(before ?? clientOf(managed, clientId)), values.json === true));
  say(
    'It gets no more tokens. Services drop those it has when they hear of it; without a broker each ends within five minutes.\n',
  );
}

async function list({ values, store, out }: Context): Promise<void> {
  const views = (await store.all()).map(viewOf);
  out(values.json === true ? `${JSON.stringify(views, null, 2)}\n` : asTable(views));
}

const refusals: Readonly<Record<Unchanged, (clientId: string) => string>> = {
  exists: (clientId) => `there is a client ${clientId} already; nothing was changed`,
  unknown: (clientId) => `there is no client ${clientId}`,
  revoked: (clientId) => `the client ${clientId} is revoked; create another`,
  'other-credential': (clientId) =>
    `the client ${clientId} has the other kind of credential (a secret, or keys by --public-jwk); to change over, create another`,
  contention: (clientId) =>
    `the client ${clientId} was changed by somebody else at the same time; look at it and try again`,
};

function clientOf(managed: Managed, clientId: string) {
  if ('unchanged' in managed) throw new Refusal(refusals[managed.unchanged](clientId));
  return managed.client;
}

const optionNames: Readonly<Record<string, string>> = {
  organisationId: '--organisation',
  organisationKind: '--organisation-kind',
  facilityIds: '--facility',
  deskIds: '--desk',
  scopes: '--scope',
  clientId: '--client-id',
};
const optionOf = (field: PropertyKey | undefined): string => optionNames[String(field)] ?? `--${String(field)}`;

function reasonOf(error: unknown): string {
  if (error instanceof Refusal || error instanceof ConfigError) return error.message;
  if (isDatabaseUnavailable(error)) return 'the database cannot be reached; see DATABASE_URL';
  const code = codeOf(error);
  if (code === '42P01') return 'the database has no tables yet; run: npm run service -- identity migrate';
  return `it failed${code === null ? '' : ` (${code})`}; see by clients list whether it was done`;
}

function codeOf(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return null;
}
