import { WebhookBody } from '@rohnamo/contracts';
import { eventually } from '@rohnamo/testkit';
import type { Parties } from '../parties.ts';
import type { Workload } from './workload.ts';

/** The longest that is waited for handoffs to go through again. */
const patienceMs = 120_000;

/** Where handoffs are driven, and where their webhooks arrive. */
export interface Lane {
  parties: Parties;
  workload: Workload;
}

/**
 * From now until a handoff has gone from end to end at every facility: accepted after now, and its webhook arrived.
 * @returns milliseconds; null when it takes too long
 */
export async function recoveryMs(lanes: readonly Lane[]): Promise<number | null> {
  const begunAt = Date.now();
  const waits = lanes.map(({ parties, workload }) => {
    const arrived = arrivals(parties);
    const isBack = () => {
      arrived.look();
      return workload.accepted.some(({ referralId, atMs }) => atMs > begunAt && arrived.acceptedIds.has(referralId));
    };
    return eventually(isBack, { withinMs: patienceMs });
  });
  return Promise.all(waits).then(
    () => Date.now() - begunAt,
    () => null,
  );
}

/** The referrals about whose acceptance a facility's system was called from now on. */
function arrivals({ system }: Parties) {
  let seenCount = system.calls.length;
  const acceptedIds = new Set<string>();
  return {
    acceptedIds,
    look() {
      for (const { body } of system.calls.slice(seenCount)) {
        const { id, type } = WebhookBody.parse(JSON.parse(body));
        if (type === 'referral.accepted.v1') acceptedIds.add(id);
      }
      seenCount = system.calls.length;
    },
  };
}
