import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processCommand } from './process-command.ts';

const LOCK_NAME = 'lock';

/** Another `npm start` holds this state folder. */
export class AlreadyRunning extends Error {
  constructor(pid: number) {
    super(
      `npm start is already running here (process ${pid}): stop it first, or start beside it with ROHNAMO_STATE_DIR and --port-base`,
    );
    this.name = 'AlreadyRunning';
  }
}

/**
 * Takes the state folder for this process and answers what gives it back. A lock whose holder has died, or whose process id
 * is another program's by now, counts for nothing. Throws AlreadyRunning.
 */
export function takeInstanceLock(stateFolder: string): () => void {
  mkdirSync(stateFolder, { recursive: true });
  const file = join(stateFolder, LOCK_NAME);
  const own = { pid: process.pid, command: processCommand(process.pid) };
  for (;;) {
    if (tryToTake(file, JSON.stringify(own))) return () => rmSync(file, { force: true });
    const holder = readHolder(file);
    const isAlive = holder?.command !== undefined && processCommand(holder.pid) === holder.command;
    if (isAlive && holder.pid !== process.pid) throw new AlreadyRunning(holder.pid);
    rmSync(file, { force: true });
  }
}

/** Whether this entry of the state folder outlives `--fresh`. */
export const isLock = (entry: string): boolean => entry === LOCK_NAME;

function tryToTake(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false; // Node's own errors carry a code
    throw error;
  }
}

function readHolder(file: string): { pid: number; command?: string } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { pid: number; command?: string }; // written by us
  } catch {
    return undefined;
  }
}
