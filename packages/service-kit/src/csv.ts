/** How much one row may be. It is counted while the row is read, so that no row costs more than that. */
export interface CsvLimits {
  rowCharactersMax: number;
  cellCharactersMax: number;
  cellsMax: number;
}

/** Why a row cannot be read as it stands, though the rows after it can. */
export type CsvFault = 'quote' | 'line-break' | 'cell-too-long' | 'too-many-cells';

/** A row. Its number counts as a spreadsheet does: from 1, with the header and with blank rows; a quoted line break starts no row. */
export type CsvRow = { row: number; cells: string[] } | { row: number; fault: CsvFault; cellCount: number };

/** The file cannot be read from this row on: where the row ends is anybody's guess. */
export class UnreadableCsv extends Error {
  readonly row: number;
  readonly reason: 'row-too-long' | 'quote-not-closed' | 'quotes-do-not-pair';

  constructor(row: number, reason: UnreadableCsv['reason']) {
    super(`row ${row}: ${reason}`);
    this.name = 'UnreadableCsv';
    this.row = row;
    this.reason = reason;
  }
}

type State = 'cell-begins' | 'plain' | 'quoted' | 'quote-in-quoted' | 'after-fault';

/**
 * Reads comma-separated text as RFC 4180 writes it, bit by bit. Cells come with the white space that is in them, never trimmed.
 *
 * - Lines end in CRLF or LF; if the first line ends in a lone CR, in CR. Any other line break outside of quotes is a fault of its row.
 * - A quote in a cell that does not begin with one, and a character between a closing quote and the comma, are faults: readers
 *   disagree about what they mean. Where the disagreement is about which row the next line belongs to, the file is unreadable.
 * - A row whose cells are all white space is no row, but counts.
 *
 * RFC 4180 §2. A library would do, if one bounded cells while it reads: csv-parse counts characters between delimiters only.
 * @throws UnreadableCsv from `read` and `end`; the reader is of no use afterwards
 */
export function csvReader({ rowCharactersMax, cellCharactersMax, cellsMax }: CsvLimits) {
  let state: State = 'cell-begins';
  let lineEnd: 'unknown' | 'lf' | 'cr' = 'unknown';
  let isAfterCr = false;
  let row = 1;
  let cells: string[] = [];
  let cellCount = 0;
  let cell = '';
  let cellLength = 0;
  let characters = 0;
  let quotes = 0;
  let isEmpty = true;
  let holdsLineBreak = false;
  let fault: CsvFault | null = null;
  let rows: CsvRow[] = [];

  const complain = (found: CsvFault): void => {
    fault = found;
    [cells, cell] = [[], ''];
  };
  /** Adds to the cell, as long as the row is any good. */
  const add = (text: string): void => {
    cellLength += text.length;
    if (isEmpty && /\P{White_Space}/u.test(text)) isEmpty = false;
    if (fault !== null) return;
    if (cellLength > cellCharactersMax) complain('cell-too-long');
    else cell += text;
  };
  const endCell = (): void => {
    cellCount += 1;
    if (cellCount > cellsMax) {
      if (fault === null) complain('too-many-cells');
    } else if (fault === null) cells.push(cell);
    cell = '';
    cellLength = 0;
    state = state === 'after-fault' ? 'after-fault' : 'cell-begins';
  };
  const endRow = (): void => {
    // A quote out of place may have been meant to open or to close one: then the rows around it may be one row, or this one several.
    const isDoubtful = fault === 'quote' || fault === 'line-break';
    if (isDoubtful && (quotes % 2 === 1 || holdsLineBreak)) throw new UnreadableCsv(row, 'quotes-do-not-pair');
    endCell();
    if (!isEmpty) rows.push(fault === null ? { row, cells } : { row, fault, cellCount });
    row += 1;
    state = 'cell-begins';
    [cells, cellCount, characters, quotes, isEmpty, holdsLineBreak, fault] = [[], 0, 0, 0, true, false, null];
  };
  const lineBreakOutOfPlace = (): void => {
    isEmpty = false;
    if (fault === null) complain('line-break');
    if (state === 'cell-begins') state = 'plain';
  };
  const quoteOutOfPlace = (): void => {
    isEmpty = false;
    complain('quote');
    state = 'after-fault';
  };

  /** A quote, wherever it stands. */
  const takeQuote = (): void => {
    quotes += 1;
    if (state === 'cell-begins') state = 'quoted';
    else if (state === 'quoted') state = 'quote-in-quoted';
    else if (state === 'quote-in-quoted') {
      add('"');
      state = 'quoted';
    } else if (state === 'plain') quoteOutOfPlace();
  };
  /** A character that is no quote, outside of quotes. */
  const takeSpecial = (character: ',' | '\r' | '\n'): void => {
    if (character === ',') endCell();
    else if (character === '\r') {
      if (lineEnd === 'cr') endRow();
      else isAfterCr = true;
    } else if (lineEnd === 'cr') {
      lineBreakOutOfPlace();
    } else {
      lineEnd = 'lf';
      endRow();
    }
  };
  /** What a CR turns out to be, by the character that follows it. */
  const settleCr = (next: string): void => {
    isAfterCr = false;
    if (next === '\n') return;
    if (lineEnd === 'unknown') {
      lineEnd = 'cr';
      endRow();
    } else lineBreakOutOfPlace();
  };

  const count = (text: number): void => {
    characters += text;
    if (characters > rowCharactersMax)
      throw new UnreadableCsv(row, quotes % 2 === 1 ? 'quote-not-closed' : 'row-too-long');
  };
  const take = (text: string): void => {
    for (let at = 0; at < text.length;) {
      if (isAfterCr) settleCr(text[at] ?? '');
      if (state === 'quoted') {
        const quote = text.indexOf('"', at);
        const to = quote === -1 ? text.length : quote;
        const part = text.slice(at, to);
        if (part.length > 0) {
          count(part.length);
          holdsLineBreak ||= /[\r\n]/.test(part);
          add(part);
        }
        at = to;
        if (quote === -1) return;
      }
      const special = nextSpecial(text, at);
      if (special > at) {
        count(special - at);
        if (state === 'quote-in-quoted') quoteOutOfPlace();
        else {
          add(text.slice(at, special));
          if (state === 'cell-begins') state = 'plain';
        }
      }
      at = special;
      if (at === text.length) return;
      count(1);
      const character = text[at] as '"' | ',' | '\r' | '\n'; // what nextSpecial looks for
      at += 1;
      if (character === '"') takeQuote();
      else takeSpecial(character);
    }
  };
  const taken = (): CsvRow[] => {
    const read = rows;
    rows = [];
    return read;
  };

  return {
    /** The rows that are complete with this bit. */
    read(text: string): CsvRow[] {
      take(text);
      return taken();
    },
    /** The row that the end completes. */
    end(): CsvRow[] {
      if (state === 'quoted') throw new UnreadableCsv(row, 'quote-not-closed');
      if (characters > 0) endRow();
      return taken();
    },
    /** The number of the row that is being read. */
    row: (): number => row,
  };
}

/** Where the next character stands that means something outside of quotes; the end of the text if there is none. */
function nextSpecial(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x2c || code === 0x0a || code === 0x0d || code === 0x22) return at;
  }
  return text.length;
}
