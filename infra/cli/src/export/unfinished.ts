import { type FileHandle, open } from 'node:fs/promises';

const tailBytes = 8 * 1024 * 1024;

/** Where an unfinished export ends. */
export interface UnfinishedEnd {
  position: number;
  /** The line of that position: who goes on from it must be given the same again. */
  line: string;
  /** Where this line begins in the file. */
  offset: number;
}

/** The last line of an unfinished export whose entry was sealed by then: what stands behind it may have changed since. */
export async function endOf(file: FileHandle): Promise<UnfinishedEnd | null> {
  const { size } = await file.stat();
  const start = Math.max(0, size - tailBytes);
  const tail = Buffer.alloc(size - start);
  await file.read(tail, 0, tail.length, start);
  for (let end = tail.lastIndexOf('\n'); end > 0;) {
    const before = tail.lastIndexOf('\n', end - 1);
    const line = tail.subarray(before + 1, end).toString('utf8');
    const [, position] = /^\{"position":(\d+),"sealed":"/.exec(line) ?? [];
    if (position !== undefined && (before !== -1 || start === 0))
      return { position: Number(position), line, offset: start + before + 1 };
    end = before;
  }
  return null;
}

/** Opens the file of an unfinished export, to go on with it or to begin. */
export const openUnfinished = async (path: string): Promise<FileHandle> =>
  open(path, 'r+', 0o600).catch(() => open(path, 'wx+', 0o600));
