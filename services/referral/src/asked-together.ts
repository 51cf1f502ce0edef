import { sharedRead, statementName } from '@rohnamo/journal';
import type { Pool } from 'pg';

/** So many are answered by one statement at most, so that nobody waits for a great many others' pages. */
const togetherMax = 16;

/** What somebody asks, by a statement that can answer several at once. */
export interface Question {
  name: string;
  text: string;
  values: Readonly<Record<string, unknown>>;
  /**
   * Whether it costs about the same for whoever asks. Only then it is answered along with others: nobody shall wait for one who looks
   * for something rare among much, or fail with them.
   */
  isEven: boolean;
}

/**
 * The values of a question: each a column of what is asked, of which a statement makes a row for every asker. No planner knows them,
 * so that the plan that is made once looks as good to it as one for the values at hand, and Postgres does not plan anew at each call.
 */
export function valuesAsked() {
  const values: Record<string, unknown> = {};
  const types: string[] = [];
  /** An expression for a value. */
  const bind: Bind = (value, type) => {
    const name = `v${types.push(type)}`;
    values[name] = value;
    return `asked.${name}`;
  };
  return { values, types, bind };
}
export type Bind = (value: unknown, type: string) => string;

/** The longest page that can be asked for, and one row more, which says that there is a next one. */
const rowsMax = 201;

/**
 * How queries are cut to the length of a page. The second cut is for the planner, which takes a length that it does not know for a tenth
 * of all there is: where that is much, the plan would look dear enough to be compiled.
 * @throws where the length is more than a page can have: a programming error
 */
export function cutTo(rows: number, bind: Bind) {
  if (rows > rowsMax) throw new Error(`no page has ${rows} rows`);
  const limit = bind(rows, 'int');
  return { limit, cut: (query: string): string => `select * from (${query} limit ${limit}) cut limit ${rowsMax}` };
}

/** @param page a query of the rows for one asker, in their order, with its values spelt as {@link valuesAsked} has bound them */
export function questionOf(
  { kind, page, isEven }: { kind: string; page: string; isEven: boolean },
  { values, types }: Pick<ReturnType<typeof valuesAsked>, 'values' | 'types'>,
): Question {
  const columns = types.map((type, index) => `, v${index + 1} ${type}`).join('');
  // A planner takes a limit for the number of askers, and a hundred where there is none.
  const text = `select asked.nth, page.* from (select * from json_to_recordset($1::json) as asked(nth int${columns}) limit ${togetherMax}) asked
cross join lateral (${page}) page`;
  return { name: statementName(kind, text), text, values, isEven };
}

/** The statement that answers all of them: questions of one text. */
export function statementFor(questions: readonly [Question, ...Question[]]) {
  const [{ name, text }] = questions;
  return { name, text, values: [JSON.stringify(questions.map(({ values }, nth) => ({ nth, ...values })))] };
}

/** Answers questions with their rows. What is asked alike while others are being answered goes together in the next statement. */
export function createAnswering(pool: Pool) {
  const answered = async (questions: readonly [Question, ...Question[]]): Promise<[Question, object[]][]> => {
    const { rows } = await pool.query<{ nth: number }>(statementFor(questions));
    const ofEach = Map.groupBy(rows, ({ nth }) => nth);
    return questions.map((question, nth) => [question, ofEach.get(nth) ?? []]);
  };
  const inGroups = async (questions: Question[]): Promise<Map<Question, object[]>> => {
    const groups: Promise<[Question, object[]][]>[] = [];
    for (let from = 0; from < questions.length; from += togetherMax) {
      const [first, ...others] = questions.slice(from, from + togetherMax);
      if (first !== undefined) groups.push(answered([first, ...others]));
    }
    return new Map((await Promise.all(groups)).flat());
  };
  const alike = new Map<string, (question: Question) => Promise<object[] | null>>();

  return async <Row>(question: Question): Promise<Row[]> => {
    const { name, isEven } = question;
    if (!isEven) return (await inGroups([question])).get(question) as Row[]; // as the caller's question has them
    const ask = alike.get(name) ?? sharedRead(inGroups);
    alike.set(name, ask);
    return ((await ask(question)) ?? []) as Row[];
  };
}
