import { readdirSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { workspaceRoot } from '../workspace-root.ts';
import { isLock } from './instance-lock.ts';

const FOLDER_DEFAULT = '.rohnamo';
/** Everything that a start puts there, unfinished copies of its private files included. */
const OWN_ENTRY =
  /^(lock|logs|postgres|kafka|places\.csv|kept-checkpoints\.txt|processes\.json|(secrets|stack|walk-webhooks)\.json(\.\d+)?)$/;

/** The checkpoints that the demo facility has kept, for `rohnamo verify`. */
export const evidenceFileIn = (stateFolder: string): string => join(stateFolder, 'kept-checkpoints.txt');

/** The addresses under which the walk of a start has subscribed its own webhook. */
export const walkFileIn = (stateFolder: string): string => join(stateFolder, 'walk-webhooks.json');

/** Where a stack keeps its data, logs and secrets: `ROHNAMO_STATE_DIR`, seen from the workspace's root, else `.rohnamo` there. */
export const stateFolderOf = (environment: NodeJS.ProcessEnv): string =>
  resolve(workspaceRoot, environment['ROHNAMO_STATE_DIR'] || FOLDER_DEFAULT);

/** The folder for a person to read: short where it lies in the workspace. */
export function readableFolder(stateFolder: string): string {
  const path = relative(workspaceRoot, stateFolder);
  return path.startsWith('..') ? stateFolder : path;
}

/**
 * Deletes what an earlier start has left there: data, logs and secrets; the lock stays.
 * @throws where the folder holds anything that no start has put there: then it is somebody else's, and nothing is deleted.
 */
export function emptyStateFolder(stateFolder: string): void {
  const entries = readdirSync(stateFolder);
  const stranger = entries.find((entry) => !OWN_ENTRY.test(entry));
  if (stranger !== undefined) {
    throw new Error(`--fresh deletes nothing in ${stateFolder}: it holds "${stranger}", which no start has put there`);
  }
  for (const entry of entries) {
    if (!isLock(entry)) rmSync(join(stateFolder, entry), { recursive: true, force: true });
  }
}
