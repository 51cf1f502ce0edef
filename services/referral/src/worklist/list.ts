import { Id, type WorklistItem, type WorklistQuery } from '@rohnamo/contracts';
import { type Caller, decodeCursor, page, type Page, refused } from '@rohnamo/service-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { actingAs, boundOf, type CurrentParty, partyOf } from '../party.ts';
import { asTold } from '../lifecycle/told-priority.ts';
import { allowedActions } from '../lifecycle/decide.ts';
import { sightOf } from '../read/view.ts';
import type { WorkRow } from './row.ts';
import { type createWorklistStore, saidOf } from './store.ts';
import { type Task, taskOf } from './task.ts';
import { type Urgency, urgencyOf } from './urgency.ts';

/** Something to do, with the referral that asks it and the caller's part in that. */
export interface Work {
  row: WorkRow;
  party: CurrentParty;
  task: Task;
}

/** Later instants have years of more digits, which Postgres does not read. */
const latestMs = Date.UTC(9999, 11, 31);
const Cursor = z.tuple([z.int().min(0).max(9), z.int().min(0).max(latestMs), Id]);

/**
 * What a caller must do next, the most urgent first.
 * @throws Refused cursor-invalid, invalid-field
 */
export async function workOfCaller(
  { limits }: Pick<Context, 'limits'>,
  {
    store,
    caller,
    query,
    now,
  }: { store: ReturnType<typeof createWorklistStore>; caller: Caller; query: WorklistQuery; now: Date },
): Promise<Page<Work>> {
  const { limit, cursor, tasks, facilityId, deskId, responsible } = query;
  if (caller.role === 'supervisor' && deskId !== undefined)
    throw refused('invalid-field', {
      errors: [{ pointer: '#/deskId', detail: 'is for a facility: a supervisor is told of no desk' }],
    });
  const filter = { bound: boundOf(caller), facilityId, deskId, responsible, tasks, limits, now };
  const batch = limit + 1;
  const found: Work[] = [];
  let after: Urgency | null = decodeCursor(cursor, Cursor);
  for (;;) {
    const read = await store.candidates({ ...filter, after, limit: batch });
    const rows = caller.role === 'supervisor' ? read.map(asTold) : read;
    for (const row of rows) {
      const party = partyOf(row, caller);
      const task = party && taskOf(row, party, { limits, now, said: saidOf(row) });
      if (task && (tasks?.includes(task.code) ?? true)) found.push({ row, party, task });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < batch || found.length > limit) break;
    after = urgencyOf(last);
  }
  return page(found, limit, ({ row }) => urgencyOf(row));
}

/** As the caller may see it: the same words of the referral as everywhere else. */
export function itemOf({ row, party, task }: Work, now: Date): WorklistItem {
  const { id, version, number, state, priority, facilityId, facilityOrganisationId, deskId, responsible, dueAt } = row;
  const sight = sightOf(row, party, now);
  return {
    task: task.code,
    why: task.why,
    referral: {
      id,
      version,
      number,
      ...sight,
      state,
      priority,
      facilityId,
      facilityOrganisationId,
      ...(party.as === 'supervisor' ? {} : { deskId }),
    },
    since: task.since.toISOString(),
    dueAt: dueAt?.toISOString() ?? null,
    overdue: dueAt !== null && dueAt < now,
    reroute: task.code === 'offer-reroute',
    responsible,
    allowedActions: allowedActions(row, actingAs(party), now),
  };
}
