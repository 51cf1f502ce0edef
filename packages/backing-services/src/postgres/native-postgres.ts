import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { lastingPort } from '../lasting-port.ts';
import { findProcess } from '../process/process-table.ts';
import { runToEnd } from '../process/run-to-end.ts';
import { awaitServer, startServer, stopOrphan } from '../process/server-process.ts';
import type { Server } from '../process/server-process.ts';
import { postgresAnswers } from './connection.ts';
import type { PostgresOptions, PostgresServer } from './start-postgres.ts';
import { chooseServerAccount } from './server-account.ts';
import type { ServerAccount } from './server-account.ts';
import { findServerBinaries } from './server-binaries.ts';
import type { ServerBinaries } from './server-binaries.ts';
import { initdbLocaleArguments, settingArguments } from './server-settings.ts';
import { SUPERUSER, superuserPassword, superuserPasswordFile, superuserUrl } from './superuser.ts';

const BOOT_DEADLINE_MS = 180_000;

/** Postgres as a child process. First stops one left behind by an earlier run in the same directory. */
export async function startNativePostgres(options: Required<PostgresOptions>): Promise<PostgresServer> {
  const { progress, environment, settings } = options;
  const dataDir = resolve(options.dataDir);
  const binaries = await findServerBinaries();
  if (!binaries) {
    const platform = `${process.platform}-${process.arch}`;
    throw new Error(`no Postgres is packaged for ${platform}: start Docker, or set ROHNAMO_POSTGRES_URL`);
  }
  const server: Server = {
    name: 'Postgres',
    dataDir,
    logFile: join(dataDir, 'postgres.log'),
    stopSignal: 'SIGINT', // "fast shutdown": sessions are ended, data is written
    stopDeadlineMs: 20_000,
  };
  await stopOrphan(server, progress);
  const account = await chooseServerAccount(environment, [dirname(binaries.postgres), dataDir]);
  const password = superuserPassword(dataDir);
  const cluster = join(dataDir, 'pgdata');
  if (!existsSync(cluster)) {
    progress(`making a Postgres cluster in ${dataDir}`);
    await makeCluster({ cluster, binaries, account, passwordFile: superuserPasswordFile(dataDir) });
  }
  removeStaleLock(cluster);

  const port = options.port || (await lastingPort());
  const settingsHere = { ...settings, port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '' };
  const command = account.command(binaries.postgres, ['-D', cluster, ...settingArguments(settingsHere)]);
  const url = superuserUrl({ host: '127.0.0.1', port, password });
  const boot = async () => {
    const child = startServer(server, command, server.logFile);
    await awaitServer(server, child, { deadlineMs: BOOT_DEADLINE_MS, answers: () => postgresAnswers(url) });
    return child;
  };
  let child = await boot();
  return {
    superuserUrl: url,
    origin: 'native',
    stop: () => child.stop(),
    kill: () => child.kill('SIGQUIT'),
    restart: async () => {
      await child.stop();
      child = await boot();
    },
  };
}

interface NewCluster {
  cluster: string;
  binaries: ServerBinaries;
  account: ServerAccount;
  passwordFile: string;
}

/** Made aside and renamed, so that a cluster that is there is whole, even when an earlier run was killed meanwhile. */
async function makeCluster({ cluster, binaries, account, passwordFile }: NewCluster): Promise<void> {
  const unfinished = `${cluster}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  if (account.owner) {
    for (const path of [unfinished, passwordFile]) chownSync(path, account.owner.uid, account.owner.gid);
  }
  const { code, output } = await runToEnd(
    account.command(binaries.initdb, [
      `--pgdata=${unfinished}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      ...initdbLocaleArguments,
    ]),
  );
  if (code !== 0) throw new Error(`initdb failed:\n${output}`);
  renameSync(unfinished, cluster);
}

/**
 * A killed Postgres leaves postmaster.pid. Postgres removes it itself unless its process id belongs to another process
 * by now, as it often does in a container; then it would refuse to start.
 */
function removeStaleLock(cluster: string): void {
  const lock = join(cluster, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10);
  const holderLives = findProcess(pid)?.command.includes(cluster) ?? false;
  if (!holderLives) rmSync(lock);
}
