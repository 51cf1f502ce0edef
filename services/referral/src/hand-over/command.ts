import { Id, OrganisationKind } from '@rohnamo/contracts';
import { createJournal } from '@rohnamo/journal';
import { type CommandIo, ConfigError, createPool, loadConfig } from '@rohnamo/service-kit';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { referralConfig } from '../config.ts';
import { limitsOf } from '../lifecycle/configured-limits.ts';
import { createStore } from '../store.ts';
import { subjects } from '../subjects.ts';
import { handOver, type HandingOver } from './hand-over.ts';

const commandConfig = referralConfig.pick({
  DATABASE_URL: true,
  TIME_LIMITS: true,
  ROUTINE_EXPIRY_HOURS: true,
  HOLIDAYS: true,
});
const usage =
  'Usage: npm run service -- referral hand-over --from <organisation id> --to <organisation id> --to-kind <kind> --reason <why>\n';
const Asked = z
  .strictObject({ from: Id, to: Id, 'to-kind': OrganisationKind, reason: z.string().trim().min(5).max(500) })
  .refine(({ from, to }) => from !== to);

/**
 * `hand-over`: gives all cases of an organisation that is closed for good to another one, with the reason in the trail of each. Needs
 * DATABASE_URL, and the time limits as the service has them. Safe to repeat. The exit code: 0 done, 1 not all could be written, 2 not understood.
 */
export async function handOverCommand(args: readonly string[], { env, out, say }: CommandIo): Promise<number> {
  const asked = understood(args);
  if (asked === null) {
    say(usage);
    return 2;
  }
  try {
    const config = loadConfig(commandConfig, env);
    const pool = createPool(config.DATABASE_URL, { applicationName: 'referral hand-over' });
    // The service that runs gives the entries their place in the journal, and publishes them.
    const journal = createJournal({ service: 'referral', pool, subjects, onError: () => undefined });
    try {
      const parts = { journal, store: createStore(pool), limits: limitsOf(config), now: () => new Date() };
      const { handedOver, left } = await handOver(parts, asked);
      out(`cases: ${handedOver} handed over, ${left} left, whose sharing has stopped\n`);
      return 0;
    } finally {
      await journal.stop();
      await pool.end();
    }
  } catch (error) {
    say(
      error instanceof ConfigError
        ? `${error.message}\n`
        : 'Not all cases could be handed over: is the database up and migrated? Repeating is safe.\n',
    );
    return 1;
  }
}

/** null: it cannot be understood. */
function understood(args: readonly string[]): HandingOver | null {
  try {
    const text = { type: 'string' } as const;
    const options = { from: text, to: text, 'to-kind': text, reason: text };
    const parsed = Asked.safeParse({ ...parseArgs({ args: [...args], options }).values });
    if (!parsed.success) return null;
    const { from, to, 'to-kind': kind, reason } = parsed.data;
    return { from, to: { id: to, kind }, reason };
  } catch {
    return null;
  }
}
