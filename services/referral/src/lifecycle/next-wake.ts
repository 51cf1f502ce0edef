import type { Command } from './command.ts';
import { dueStep, nextStep, type Silent } from './silence.ts';
import { undecidedStates } from './states.ts';
import { after, sentAtOf, type TimeLimits } from './time-limits.ts';

interface Ending {
  action: 'expire' | 'auto_close' | 'confirm_cancel';
  at: Date;
}

/** When the system acts by itself if nobody else has, and how: the next step of silence, or what ends the state; null where it never does. */
export function nextWake(limits: TimeLimits, silent: Silent): { at: Date; action: Command['action'] } | null {
  const ending = endingOf(limits, silent);
  const step = nextStep(limits, silent);
  const next = ending === null || (step !== null && step.at < ending.at) ? step : ending;
  return next && { at: next.at, action: next.action };
}

/** What the system does of itself now; null where nothing is due. Nobody is reminded of what ends anyway. */
export function dueCommand(limits: TimeLimits, silent: Silent, now: Date): Command | null {
  const ending = endingOf(limits, silent);
  if (ending !== null && ending.at <= now) return { action: ending.action, body: {} };
  const step = dueStep(limits, silent, now);
  return step && { action: step.action, body: { steps: step.steps } };
}

/** What ends the present state if nobody does anything; null where nothing does. */
function endingOf(limits: TimeLimits, silent: Silent): Ending | null {
  const { state, priority, enteredStateAt } = silent;
  if (state === 'completed') return { action: 'auto_close', at: after(limits, enteredStateAt, limits.autoCloseAfter) };
  if (state === 'cancel_requested')
    return { action: 'confirm_cancel', at: after(limits, enteredStateAt, limits.confirmCancelWithin) };
  const { expireAfter } = limits.byPriority[priority];
  return expireAfter && undecidedStates.includes(state)
    ? { action: 'expire', at: after(limits, sentAtOf(silent), expireAfter) }
    : null;
}
