import { z } from 'zod';

/** The state of the current task of a referral. */
export const ReferralState = z.enum([
  'draft',
  'sent',
  'acknowledged',
  'info_requested',
  'accepted',
  'scheduled',
  'no_show',
  'in_service',
  'completed',
  'closed',
  'rejected',
  'redirected',
  'cancel_requested',
  'cancelled',
  'expired',
  'entered_in_error',
]);
export type ReferralState = z.infer<typeof ReferralState>;

/** Everything that can be done to a referral, by anyone. */
export const ReferralAction = z.enum([
  'submit',
  'acknowledge',
  'request_info',
  'answer_info',
  'accept',
  'reject',
  'redirect',
  'schedule',
  'reschedule',
  'record_no_show',
  'start',
  'record_interim',
  'complete',
  'close',
  'auto_close',
  'request_cancel',
  'confirm_cancel',
  'reroute',
  'reopen',
  'decline',
  'withdraw',
  'end_consent',
  'confirm_consent',
  'revoke',
  'reassign',
  'expire',
  'remind',
  'escalate',
  'offer_reroute',
  'mark_error',
]);
export type ReferralAction = z.infer<typeof ReferralAction>;
