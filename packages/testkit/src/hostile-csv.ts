import fc from 'fast-check';

/** Text of what makes comma-separated text go wrong, and of little else. */
export const hostileCsv: fc.Arbitrary<string> = fc
  .array(
    fc.constantFrom('a', 'Ҷ', ' ', '\t', ',', ',', ';', '"', '"', '""', '\n', '\n', '\r\n', '\r', '\0', '\uFEFF'),
    {
      maxLength: 40,
    },
  )
  .map((parts) => parts.join(''));

const cell = String.raw`(?:"(?:[^"]|"")*"|[^",\r\n]*)`;
const record = new RegExp(String.raw`(${cell}(?:,${cell})*)(?:\r?\n|\r?$)`, 'y');

/**
 * The grammar of RFC 4180 §2 applied to text whose lines end in LF or CRLF, as an expression and not as a reader: by the number
 * that a spreadsheet shows, the cells of each record that is not blank, or null where a record is not of the grammar.
 */
export function csvByGrammar(text: string): Map<number, string[] | null> {
  const records = new Map<number, string[] | null>();
  let row = 1;
  for (let at = 0; at < text.length; row += 1) {
    record.lastIndex = at;
    const [whole, line] = record.exec(text) ?? [];
    const cells = line === undefined ? null : [...`,${line}`.matchAll(new RegExp(`,(${cell})`, 'g'))].map(unquoted);
    if (cells === null || !isBlankCsv(cells)) records.set(row, cells);
    const lineFeed = text.indexOf('\n', at);
    at = whole !== undefined ? at + whole.length : lineFeed === -1 ? text.length : lineFeed + 1;
  }
  return records;
}

/** Whether cells are those of no row: nothing but white space. */
export const isBlankCsv = (cells: readonly string[]): boolean => !cells.some((one) => /\P{White_Space}/u.test(one));

const unquoted = ([, given = '']: RegExpMatchArray): string =>
  given.startsWith('"') ? given.slice(1, -1).replaceAll('""', '"') : given;
