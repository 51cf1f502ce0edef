import { readFile } from 'node:fs/promises';
import { splitNotes } from '@rohnamo/journal';
import { z } from 'zod';
import { CalledWrongly, reading, typedPath } from './called-wrongly.ts';
import type { Terminal } from './command.ts';

/** The checkpoints in files that somebody kept: signed notes one after another, or the whole answer of a service. @throws CalledWrongly */
export async function keptCheckpoints(paths: readonly string[], terminal: Pick<Terminal, 'env'>): Promise<string[]> {
  const notes = await Promise.all(paths.map((path) => notesIn(path, terminal)));
  return [...new Set(notes.flat())];
}

async function notesIn(path: string, terminal: Pick<Terminal, 'env'>): Promise<string[]> {
  const text = await reading('--checkpoint', path, () => readFile(typedPath(path, terminal), 'utf8'));
  const split = splitNotes(answered(text) ?? text);
  if ('strayLine' in split)
    throw new CalledWrongly(
      `--checkpoint ${path}: line ${split.strayLine} belongs to no checkpoint. A checkpoint is an origin, a size, a root hash, an empty line, and a line of signature that begins with a dash (—).`,
    );
  if (split.notes.length === 0) throw new CalledWrongly(`--checkpoint ${path}: there is no checkpoint in it.`);
  return split.notes;
}

/** The note in what GET /v1/journal/checkpoint answers. */
function answered(text: string): string | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return z.object({ checkpoint: z.string() }).parse(JSON.parse(text)).checkpoint;
  } catch {
    return undefined;
  }
}
