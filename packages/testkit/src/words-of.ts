/** The words of each line of a text; lines without any are left out. */
export const wordsOf = (text: string): string[][] =>
  text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim().split(/\s+/)]));
