import { HandOverReason, HandOverReference, Id, OrganisationKind } from '@rohnamo/contracts';
import { createJournal } from '@rohnamo/journal';
import {
  type CommandIo,
  ConfigError,
  createPool,
  createServiceClient,
  createServiceToken,
  findingsOf,
  loadConfig,
  optionsFault,
  type ServiceClient,
} from '@rohnamo/service-kit';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { referralConfig } from '../config.ts';
import { limitsOf } from '../lifecycle/configured-limits.ts';
import { createStore } from '../store.ts';
import { subjects } from '../subjects.ts';
import { handOver, type HandingOver } from './hand-over.ts';

const commandConfig = referralConfig.pick({
  DATABASE_URL: true,
  REGISTRY_URL: true,
  OIDC_ISSUERS: true,
  SERVICE_CLIENT_ID: true,
  SERVICE_CLIENT_SECRET: true,
  TIME_LIMITS: true,
  ROUTINE_EXPIRY_HOURS: true,
  HOLIDAYS: true,
});
type CommandConfig = z.infer<typeof commandConfig>;

/** The registry, as the service itself calls it. */
function registryAt({ REGISTRY_URL: baseUrl, OIDC_ISSUERS, ...client }: CommandConfig): ServiceClient {
  const [issuer = ''] = OIDC_ISSUERS;
  const token = createServiceToken({
    issuer,
    clientId: client.SERVICE_CLIENT_ID,
    clientSecret: client.SERVICE_CLIENT_SECRET,
  });
  return createServiceClient({ baseUrl, token });
}
const usage = `Usage: npm run service -- referral hand-over --from <organisation id> --to <organisation id> --to-kind <kind> --reason <code> [--reference <your own>]
  a reason is one of ${HandOverReason.options.join(', ')}; a reference like ORD-2026/17 names nobody: up to three numbers of six digits, after up to five capitals and a hyphen
`;
const Asked = z
  .strictObject({
    from: Id,
    to: Id,
    'to-kind': OrganisationKind,
    reason: HandOverReason,
    reference: HandOverReference.optional(),
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], error: 'must be another organisation than --from' });

/**
 * `hand-over`: gives all cases of an organisation that is closed for good to another one, with the reason in the trail of each. Needs
 * DATABASE_URL, the time limits as the service has them, and the registry, which lists it among each person's accesses. Safe to repeat. The exit code: 0 done, 1 not all could be written, 2 not understood.
 */
export async function handOverCommand(
  args: readonly string[],
  { env, out, say }: CommandIo,
  registryOf: (config: CommandConfig) => ServiceClient = registryAt,
): Promise<number> {
  const asked = understood(args);
  if (typeof asked === 'string') {
    say(`${asked}\n\n${usage}`);
    return 2;
  }
  try {
    const config = loadConfig(commandConfig, env);
    const pool = createPool(config.DATABASE_URL, { applicationName: 'referral hand-over' });
    // The service that runs gives the entries their place in the journal, and publishes them.
    const registry = registryOf(config);
    const journal = createJournal({ service: 'referral', pool, subjects, onError: () => undefined });
    try {
      const parts = { journal, registry, store: createStore(pool), limits: limitsOf(config), now: () => new Date() };
      const { handedOver, left } = await handOver(parts, asked);
      out(`cases: ${handedOver} handed over, ${left} left, whose sharing has stopped\n`);
      return 0;
    } finally {
      await journal.stop();
      await Promise.all([pool.end(), registry.close()]);
    }
  } catch (error) {
    say(
      error instanceof ConfigError
        ? `${error.message}\n`
        : 'Not all cases could be handed over: are the database and the registry up and migrated? Repeating is safe.\n',
    );
    return 1;
  }
}

/** What is asked for, or why it cannot be understood. */
function understood(args: readonly string[]): HandingOver | string {
  try {
    const text = { type: 'string' } as const;
    const options = { from: text, to: text, 'to-kind': text, reason: text, reference: text };
    const values = { ...parseArgs({ args: [...args], options }).values };
    const parsed = Asked.safeParse(values);
    if (!parsed.success)
      return findingsOf(parsed.error.issues, values)
        .map(({ name, detail }) => `--${name} ${detail}`)
        .join('\n');
    const { from, to, 'to-kind': kind, reason, reference } = parsed.data;
    return { from, to: { id: to, kind }, reason, reference };
  } catch (error) {
    return optionsFault(error);
  }
}
