import type { ActionBody, ServedAction } from '@rohnamo/contracts';

/** What the system does by itself: by the clock, or on hearing of a withdrawal. */
export const systemActions = [
  'auto_close',
  'confirm_cancel',
  'expire',
  'remind',
  'escalate',
  'offer_reroute',
  'withdraw',
  'end_consent',
] as const;
export type SystemAction = (typeof systemActions)[number];

/** What the system does while nobody answers. */
export type SilenceAction = Extract<SystemAction, 'remind' | 'escalate' | 'offer_reroute'>;

/** What somebody wants done to a referral. */
export type Command =
  | { [Action in ServedAction]: { action: Action; body: ActionBody<Action> } }[ServedAction]
  | { action: SilenceAction; body: { steps: number } }
  | { action: Exclude<SystemAction, ServedAction | SilenceAction>; body: Record<string, never> };
