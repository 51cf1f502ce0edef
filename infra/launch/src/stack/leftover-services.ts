import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processCommand } from './process-command.ts';

const STOP_DEADLINE_MS = 15_000;
const POLL_INTERVAL_MS = 50;

interface ProcessNote {
  name: string;
  pid: number;
  /** As it was when it started: another process may have the id by now. */
  command: string;
}

const noteFile = (stateFolder: string) => join(stateFolder, 'processes.json');

/** Notes the services that run, so that the next start finds them should this one be killed. */
export function noteServices(stateFolder: string, services: readonly { name: string; pid: number }[]): void {
  const notes = services.flatMap(({ name, pid }): ProcessNote[] => {
    const command = processCommand(pid);
    return command === undefined ? [] : [{ name, pid, command }];
  });
  writeFileSync(noteFile(stateFolder), JSON.stringify(notes));
}

/** Forgets them: they have been stopped. */
export function forgetServices(stateFolder: string): void {
  rmSync(noteFile(stateFolder), { force: true });
}

/** Stops the services that a killed run has left, and nothing else. Answers their names. */
export async function stopLeftoverServices(stateFolder: string): Promise<string[]> {
  const leftover = readNotes(stateFolder).filter(isRunning);
  for (const note of leftover) signalIfThere(note, 'SIGTERM');
  const deadline = performance.now() + STOP_DEADLINE_MS;
  while (leftover.some(isRunning) && performance.now() < deadline) await delay(POLL_INTERVAL_MS);
  for (const note of leftover.filter(isRunning)) signalIfThere(note, 'SIGKILL');
  forgetServices(stateFolder);
  return leftover.map(({ name }) => name);
}

const isRunning = ({ pid, command }: ProcessNote): boolean => processCommand(pid) === command;

function readNotes(stateFolder: string): ProcessNote[] {
  try {
    return JSON.parse(readFileSync(noteFile(stateFolder), 'utf8')) as ProcessNote[]; // written by us
  } catch {
    return [];
  }
}

function signalIfThere({ pid }: ProcessNote, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // Node's own errors carry a code
  }
}
