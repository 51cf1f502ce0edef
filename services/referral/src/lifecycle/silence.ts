import type { SilenceAction } from './command.ts';
import { awaitedStates, undecidedStates } from './states.ts';
import { type Clocked, limitAt, type TimeLimits } from './time-limits.ts';

/** What tells how long nobody has answered, and how far that has been seen to. */
export interface Silent extends Clocked {
  /** How many steps of its priority lie behind it in this state. */
  silenceSteps: number;
  appointmentAt: Date | null;
}

/** A step that comes, or is to be taken; `steps`: how many of its priority's it stands for. */
export interface ComingStep {
  action: SilenceAction;
  at: Date;
  steps: number;
}

/** The first step that is still to come in this state, missed or not; null where none is. */
export function nextStep(limits: TimeLimits, silent: Silent): ComingStep | null {
  for (const step of stepsAhead(limits, silent)) return step;
  return null;
}

/**
 * The step to take now; null where none is. Where several were missed, as after an outage, the newest of those that do the same
 * stands for them: one reminder, not three. What does something else is not lost by that: it is the next one due.
 */
export function dueStep(limits: TimeLimits, silent: Silent, now: Date): ComingStep | null {
  let due: ComingStep | null = null;
  for (const step of stepsAhead(limits, silent)) {
    if (step.at > now || (due !== null && due.action !== step.action)) break;
    due = step;
  }
  return due;
}

/**
 * Steps are passed over whose time had gone when the state began: somebody has just moved, and if they were late it was told in
 * the state before. So are those ahead of the limit while an appointment lies ahead: it is an answer.
 */
function* stepsAhead(limits: TimeLimits, silent: Silent): Generator<ComingStep> {
  const { state, priority, silenceSteps, enteredStateAt, appointmentAt } = silent;
  if (!awaitedStates.includes(state)) return;
  const steps = limits.byPriority[priority].onSilence;
  for (let index = silenceSteps; index < steps.length; index += 1) {
    const { action, atPercent } = steps[index]!; // below the length
    const at = limitAt(limits, silent, atPercent);
    if (at === null || at <= enteredStateAt) continue;
    if (action === 'offer_reroute' && !undecidedStates.includes(state)) continue;
    if (state === 'scheduled' && atPercent < 100 && appointmentAt !== null && at < appointmentAt) continue;
    yield { action, at, steps: index + 1 - silenceSteps };
  }
}
