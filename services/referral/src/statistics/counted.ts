import { sensitiveNeeds } from '@rohnamo/contracts';

const inLiterals = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** Which tasks are counted once they are sent: no sensitive need, nobody who came before they were referred. */
export const countedTask = `need_category not in (${inLiterals(sensitiveNeeds)}) and not walk_in`;

/** Which referrals have a current task that is counted: the condition of their index. Without parameters, so that the planner sees that a query which says the same is one for it. */
export const countedReferral = `state not in (${inLiterals(['draft', 'entered_in_error'])}) and ${countedTask}`;
