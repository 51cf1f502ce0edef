/** One line of a stream of bytes: its number, from 1 and blank ones counted, and what is in it; null where that is more than it may be. */
export interface Line {
  number: number;
  bytes: Buffer | null;
}

const lineFeed = 0x0a;

/**
 * Cuts bytes that come bit by bit into lines, in whatever encoding they are: in UTF-8 no byte of another character is a line feed.
 * Blank lines are counted and left out. Of a line that is too long nothing is kept, and the next is read as if nothing were.
 */
export function lineSplitter(bytesMax: number) {
  let number = 1;
  let begun: Buffer[] = [];
  let length = 0;

  const keep = (part: Buffer): void => {
    length += part.length;
    if (length > bytesMax) begun = [];
    else if (part.length > 0) begun.push(part);
  };
  const finish = (): Line[] => {
    const line = { number, bytes: length > bytesMax ? null : Buffer.concat(begun) };
    number += 1;
    begun = [];
    length = 0;
    return line.bytes === null || !isBlank(line.bytes) ? [line] : [];
  };

  return {
    /** The lines that are complete with this bit. */
    read(chunk: Buffer): Line[] {
      const lines: Line[] = [];
      let from = 0;
      for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, from)) {
        keep(chunk.subarray(from, at));
        lines.push(...finish());
        from = at + 1;
      }
      keep(chunk.subarray(from));
      return lines;
    },
    /** The line that the end completes. */
    end: (): Line[] => finish(),
    /** The number of the line that is being read. */
    number: (): number => number,
  };
}

const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
