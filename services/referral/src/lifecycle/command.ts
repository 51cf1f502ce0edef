import type { ActionBody, ServedAction } from '@rohnamo/contracts';

/** What the system does by itself: by the clock, on hearing what has become of a consent, or at an operator’s command. */
export const systemActions = [
  'auto_close',
  'confirm_cancel',
  'expire',
  'remind',
  'escalate',
  'offer_reroute',
  'withdraw',
  'end_consent',
  'confirm_consent',
  'hand_over',
] as const;
export type SystemAction = (typeof systemActions)[number];

/** What the system does while nobody answers. */
export type SilenceAction = Extract<SystemAction, 'remind' | 'escalate' | 'offer_reroute'>;

/** What the system does once it knows how a consent stands. */
type ConsentAction = Extract<SystemAction, 'withdraw' | 'end_consent' | 'confirm_consent'>;

/** What somebody wants done to a referral. */
export type Command =
  | { [Action in ServedAction]: { action: Action; body: ActionBody<Action> } }[ServedAction]
  | { action: SilenceAction; body: { steps: number } }
  /** When that was; null: it is not known. */
  | { action: 'withdraw'; body: { at: Date | null } }
  | { action: 'end_consent'; body: { endsAt: Date } }
  /** When it ends, as the registry says; null: only by being withdrawn. */
  | { action: 'confirm_consent'; body: { endsAt: Date | null } }
  | { action: Exclude<SystemAction, ServedAction | SilenceAction | ConsentAction>; body: Record<string, never> };
