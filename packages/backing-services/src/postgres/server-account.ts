import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Environment } from '../backing-service.ts';
import { runToEnd } from '../process/run-to-end.ts';
import type { Command } from '../process/run-to-end.ts';

/** Postgres refuses to run as root. Every Unix has this account, so nothing is added to the machine. */
const ACCOUNT = 'nobody';

/** How Postgres's programs are run, and who owns their files: undefined is this process's own user. */
export interface ServerAccount {
  owner: { uid: number; gid: number } | undefined;
  command(program: string, args: readonly string[]): Command;
}

/**
 * The account Postgres runs under: our own, or `nobody` when we are root. When `nobody` cannot enter one of `paths` (a
 * checkout below /root, say), the programs keep root's right to pass directories, and only that, through setpriv.
 */
export async function chooseServerAccount(environment: Environment, paths: readonly string[]): Promise<ServerAccount> {
  if (process.getuid?.() !== 0) {
    return { owner: undefined, command: (command, args) => ({ command, args, environment }) };
  }
  const owner = { uid: await accountId('-u', environment), gid: await accountId('-g', environment) };
  const closed = paths.map((path) => closedDirectory(path)).find((directory) => directory !== undefined);
  if (closed === undefined) {
    return { owner, command: (command, args) => ({ command, args, environment, ...owner }) };
  }
  await demandSetpriv(environment, closed);
  return {
    owner,
    command: (program, args) => ({ command: 'setpriv', args: [...setprivArgs(owner), program, ...args], environment }),
  };
}

/** The directory on the way to `path`, or `path` itself, that strangers cannot enter. */
export function closedDirectory(path: string): string | undefined {
  const parent = dirname(path);
  const above = parent === path ? undefined : closedDirectory(parent);
  if (above !== undefined) return above;
  const stat = statSync(path, { throwIfNoEntry: false });
  const strangersEnter = 0o001;
  return stat?.isDirectory() && (stat.mode & strangersEnter) === 0 ? path : undefined;
}

/**
 * capabilities(7): CAP_DAC_OVERRIDE, which passes closed directories, stays as an ambient capability; all others go.
 * Postgres checks its programs by access(2), which ignores the capabilities of a user other than root unless the
 * no_setuid_fixup bit is set. CAP_DAC_READ_SEARCH would do, but a container's root usually lacks it.
 */
function setprivArgs({ uid, gid }: { uid: number; gid: number }): string[] {
  return [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    '--inh-caps=-all,+dac_override',
    '--ambient-caps=-all,+dac_override',
    '--',
  ];
}

async function demandSetpriv(environment: Environment, closed: string): Promise<void> {
  const found = await runToEnd({ command: 'setpriv', args: ['--version'], environment }).catch(() => undefined);
  if (found?.code === 0) return;
  throw new Error(
    `Postgres does not run as root, and the user "${ACCOUNT}" cannot enter ${closed}. ` +
      `Run as an ordinary user, or chmod o+x that directory, or install util-linux (setpriv), or set ROHNAMO_POSTGRES_URL.`,
  );
}

async function accountId(flag: '-u' | '-g', environment: Environment): Promise<number> {
  const { output } = await runToEnd({ command: 'id', args: [flag, ACCOUNT], environment });
  const id = Number.parseInt(output, 10);
  if (Number.isNaN(id)) throw new Error(`no account "${ACCOUNT}" to run Postgres under: ${output}`);
  return id;
}
