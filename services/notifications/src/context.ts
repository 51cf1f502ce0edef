import type { Journal } from '@rohnamo/journal';
import type { NewestCheckpoint } from './checkpoint/newest-checkpoint.ts';
import type { DeliveryStore } from './deliveries/store.ts';
import type { Egress } from './egress/egress.ts';
import type { SecretBox } from './subscriptions/sealed-secret.ts';
import type { SubscriptionStore } from './subscriptions/store.ts';

/** What every capability of this service works with. */
export interface Context {
  journal: Journal;
  subscriptions: SubscriptionStore;
  deliveries: DeliveryStore;
  secrets: SecretBox;
  egress: Egress;
  /** Of the referral service's journal. */
  checkpoint: NewestCheckpoint;
  now: () => Date;
  /** In [0, 1). */
  random: () => number;
}
