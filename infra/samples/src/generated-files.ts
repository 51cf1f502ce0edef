import { formatCsv } from './csv.ts';
import { createRandom } from './random.ts';
import { makeReturnees, returneeColumns, twiceColumns } from './returnees.ts';

/** Another seed makes other people. */
const SEED = 992;

/** The files that `generate.ts` writes, by name: the same text on every machine. */
export function generatedFiles(): Record<string, string> {
  const { rows, twice } = makeReturnees(createRandom(SEED));
  return {
    'returnees.csv': formatCsv(returneeColumns, rows),
    'returnees-twice.csv': formatCsv(twiceColumns, twice),
  };
}
