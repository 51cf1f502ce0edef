/**
 * The values of a statement that is planned once, for every caller, each spelt as a subselect. Planners do not look into one: a plan for
 * the values at hand, which knows how many an array has or how long a page is, would look cheaper than the plan that is kept, and Postgres
 * would plan anew at each call.
 */
export function valuesPlannedOnce() {
  const values: unknown[] = [];
  /** An expression for a value. */
  const bind: Bind = (value, type) => `(select $${values.push(value)}::${type})::${type}`; // cast again, for `any` takes a bare subselect for rows
  return { values, bind };
}
export type Bind = (value: unknown, type: string) => string;
