import type { NewBeneficiary } from '@rohnamo/contracts';
import { isDeepStrictEqual } from 'node:util';

type Field = Exclude<keyof NewBeneficiary, 'external'>;
type Value = string | string[] | null;
type Said = Partial<Record<Field, Value>>;

/** What the source system says of one field. */
export interface SourceField {
  /** The batch that said it. */
  batchId: string;
  /** What that batch said, in the order of its rows; the last is its last word. */
  values: Value[];
  /** What the batch before it said, as long as this one has said nothing else. */
  before: Value[];
}

/** What the source system has said of a person, by field. A row that repeats it says no news, whatever was mended since. */
export type SourceMemory = Partial<Record<Field, SourceField>>;

/** Values of one field in one batch that are remembered. */
const valuesMax = 16;

export interface Heard<Named extends Said> {
  /** The cells that differ from what was said before. */
  news: Partial<Named>;
  memory: SourceMemory;
  /** Whether the memory must be kept: the row says something that it did not know. */
  isLearnt: boolean;
}

/**
 * What a row says that its source system has not said before. Between batches a cell is news unless the last batch that spoke of
 * the field said the same in any of its rows; so a file that has a person twice says nothing when it is pushed again. Within a
 * batch the later row follows the earlier, once one of them has said something new of the field.
 */
export function hear<Named extends Said>(memory: SourceMemory, named: Named, batchId: string): Heard<Named> {
  const news: Said = {};
  const next: SourceMemory = { ...memory };
  let isLearnt = false;
  for (const [field, value] of Object.entries(named) as [Field, Value][]) {
    // its keys are fields
    const last = memory[field];
    const isOfBatch = last?.batchId === batchId;
    const values = isOfBatch ? last.values : [];
    const before = isOfBatch ? last.before : (last?.values ?? []);
    const isKnown = includes(before, value) || (before.length === 0 && isDeepStrictEqual(values.at(-1), value));
    if (!isKnown) news[field] = value;
    if (!isKnown || (isOfBatch && !includes(values, value))) isLearnt = true;
    next[field] = {
      batchId,
      values: [...values.filter((said) => !isDeepStrictEqual(said, value)), value].slice(-valuesMax),
      before: isKnown ? before : [],
    };
  }
  return { news: news as Partial<Named>, memory: next, isLearnt }; // of what is named, a part
}

const includes = (values: readonly Value[], value: Value): boolean =>
  values.some((said) => isDeepStrictEqual(said, value));
