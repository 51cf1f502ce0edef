import { WithdrawalKept } from '@rohnamo/contracts';
import { startWorker, type Unit, type Worker } from '@rohnamo/journal';
import { currentTrace, newTrace, Refused, runInTrace } from '@rohnamo/service-kit';
import { stopUnder } from '../consent/settle.ts';
import type { Context } from '../context.ts';
import { nextAskingAt } from '../lifecycle/confirmation.ts';
import type { SlipRow } from '../schema.ts';
import { askedBy, bearer, type Found, nothing } from './holder.ts';
import type { StatusStore } from './store.ts';

const batchMax = 100;
const pauseMs = 1000;

/** What is written where somebody withdraws by a slip: that they did, once; or that they were turned away; or nothing. */
export function withdrawalBy(found: Found | null, now: Date): Unit {
  if (found === null) return nothing(now);
  const { slip, row, isTheirs } = found;
  if (!isTheirs || slip.withdrawnConsentId === row.consentId) return askedBy(found, now);
  const { version, ...kept } = slip;
  return {
    changes: [
      {
        kind: 'slip',
        id: slip.id,
        expected: version,
        state: { ...kept, withdrawnConsentId: row.consentId, withdrawnAt: now, tellRegistryAt: now },
        entry: {
          type: 'slip.consent-withdrawn.v1',
          data: { slipId: slip.id, referralId: row.id },
          actor: bearer,
          time: now,
          traceparent: currentTrace() ?? null,
        },
      },
    ],
  };
}

/**
 * Does what people have asked who withdrew by their slips: what leans on the consent stops, then the registry is told, again and again
 * until it answers. What is kept of it is in the slip, so that neither a crash nor a registry that is away loses any.
 */
export const startWithdrawing = (context: Context, slips: StatusStore, onError: (error: unknown) => void): Worker =>
  startWorker({
    pauseMs,
    onError,
    step: async () => {
      const due = await slips.toTell(context.now(), batchMax);
      const results = await Promise.allSettled(
        due.map((slip) => runInTrace(newTrace(), () => carryOut(context, slip))),
      );
      for (const result of results) if (result.status === 'rejected') onError(result.reason);
      const allWell = results.every(({ status }) => status === 'fulfilled');
      return due.length === batchMax && allWell ? 'more' : 'idle';
    },
  });

/** @throws whatever went wrong; it is done again after a pause that grows, so that it holds up nobody else's. */
async function carryOut(context: Context, slip: SlipRow): Promise<void> {
  const isTold = await stopAndTell(context, slip).catch(async (error: unknown) => {
    await keepWhenToTell(context, slip, false);
    throw error;
  });
  await keepWhenToTell(context, slip, isTold);
}

/** Nobody reads on under the consent, and the registry knows; @returns false where the registry cannot be told now */
async function stopAndTell(context: Context, slip: SlipRow): Promise<boolean> {
  const { id, referralId, withdrawnConsentId: consentId, withdrawnAt } = slip;
  const row = await context.store.referral(referralId);
  if (row === null || consentId === null || withdrawnAt === null) throw new Error('a slip withdraws nothing');
  await stopUnder(context, consentId, { action: 'withdraw', body: { at: withdrawnAt } }, bearer);
  return tellRegistry(context, {
    beneficiaryId: row.beneficiaryId,
    consentId,
    referralId,
    slipId: id,
    withdrawnAt: withdrawnAt.toISOString(),
  });
}

/** When it is told again follows from how long it has not been: the version stays, and there is no entry. */
async function keepWhenToTell(context: Context, slip: SlipRow, isTold: boolean): Promise<void> {
  const { id, version, ...kept } = slip;
  const now = context.now();
  const tellRegistryAt = isTold ? null : nextAskingAt(slip.withdrawnAt ?? now, now);
  await context.journal.record({
    projections: [{ kind: 'slip', id, expected: version, version, state: { ...kept, tellRegistryAt } }],
  });
}

/** @returns false where the registry cannot be told now */
async function tellRegistry({ registry }: Context, body: object): Promise<boolean> {
  try {
    await registry.call({ method: 'POST', path: '/v1/consent-withdrawals', body, answer: WithdrawalKept });
    return true;
  } catch (error) {
    if (error instanceof Refused && error.code === 'dependency-unavailable') return false;
    throw error;
  }
}
