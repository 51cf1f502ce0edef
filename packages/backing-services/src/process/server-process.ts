import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProcess } from './process-table.ts';
import type { Progress } from '../backing-service.ts';
import { awaitUntil } from '../await-until.ts';
import type { Command } from './run-to-end.ts';
import { supervise } from './supervision.ts';
import type { SupervisedChild, Supervision } from './supervision.ts';

const LOG_TAIL_LINES = 15;

/** A server that runs as a child process on a data directory of its own. */
export interface Server extends Supervision {
  /** For messages: "Postgres". */
  name: string;
  /** Absolute. The server's command line must name it: that is how an orphan is told from a stranger with its pid. */
  dataDir: string;
  /** Where the server (or we for it) writes its log. */
  logFile: string;
}

/** Kept beside the data while the server runs: who it is, and who started it. */
interface ProcessRecord {
  pid: number;
  ownerPid: number;
}

/** Starts the server, its output appended to `outputFile`, and notes it in the data directory. Does not wait until it is ready. */
export function startServer(
  server: Server,
  { command, args, environment, ...user }: Command,
  outputFile: string,
): SupervisedChild {
  const output = openSync(outputFile, 'a');
  // In a group of its own: Ctrl-C in a terminal reaches only us, and we stop servers after those who use them.
  const child = spawn(command, args, { ...user, env: environment, stdio: ['ignore', output, output], detached: true });
  closeSync(output);
  const supervised = supervise(child, server);
  child.once('error', () => {}); // no such command: `running` says so
  if (child.pid !== undefined) writeRecord(server.dataDir, { pid: child.pid, ownerPid: process.pid });
  child.once('exit', () => rmSync(recordFile(server.dataDir), { force: true }));
  return supervised;
}

/**
 * Waits until the server answers. When it ends instead, or never answers, stops it and throws with the end of its log.
 */
export async function awaitServer(
  server: Server,
  child: SupervisedChild,
  { deadlineMs, answers }: { deadlineMs: number; answers: () => Promise<boolean> },
): Promise<void> {
  try {
    await awaitUntil({
      what: `${server.name} to answer`,
      deadlineMs,
      attempt: () => {
        if (!child.running()) throw new Error(`${server.name} ended while starting`);
        return answers();
      },
    });
  } catch (cause) {
    await child.stop();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${reason}; its log, ${server.logFile}, ends:\n${logTail(server.logFile)}`, { cause });
  }
}

/**
 * Stops what an earlier run left behind in this data directory because it was killed itself, and waits for its end. A
 * process that merely has the same id is left alone. Throws when the server's owner is still alive: then it is in use.
 */
export async function stopOrphan(server: Server, progress: Progress): Promise<void> {
  const { name, dataDir, stopSignal, stopDeadlineMs } = server;
  mkdirSync(dataDir, { recursive: true });
  const record = readRecord(dataDir);
  if (!record) return;
  const { pid, ownerPid } = record;
  const isOurs = () => findProcess(pid)?.command.includes(dataDir) ?? false;
  if (!isOurs()) return;
  // A process whose parent has died is adopted by another, so an unchanged parent is an owner alive.
  if (findProcess(pid)?.parentPid === ownerPid) {
    throw new Error(`${name} in ${dataDir} is in use by process ${ownerPid}: stop that, or choose another directory`);
  }
  progress(`stopping ${name} (process ${pid}) left by an earlier run`);
  signalIfThere(pid, stopSignal);
  const gone = { what: `process ${pid} to end`, attempt: () => !isOurs() };
  await awaitUntil({ ...gone, deadlineMs: stopDeadlineMs }).catch(async () => {
    signalIfThere(pid, 'SIGKILL');
    await awaitUntil({ ...gone, deadlineMs: 5000 });
  });
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // Node's own errors carry a code
  }
}

const recordFile = (dataDir: string) => join(dataDir, 'process.json');

function writeRecord(dataDir: string, record: ProcessRecord): void {
  writeFileSync(recordFile(dataDir), JSON.stringify(record));
}

function readRecord(dataDir: string): ProcessRecord | undefined {
  try {
    const { pid, ownerPid }: Partial<ProcessRecord> = JSON.parse(readFileSync(recordFile(dataDir), 'utf8'));
    return Number.isInteger(pid) && Number.isInteger(ownerPid)
      ? { pid: Number(pid), ownerPid: Number(ownerPid) }
      : undefined;
  } catch {
    return undefined; // none, or cut short by the crash itself
  }
}

function logTail(logFile: string): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
  } catch {
    return '(no log)';
  }
}
