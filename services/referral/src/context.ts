import type { Journal } from '@rohnamo/journal';
import type { ServiceClient } from '@rohnamo/service-kit';
import type { TimeLimits } from './lifecycle/time-limits.ts';
import type { Store } from './store.ts';

/** What every capability of this service works with. */
export interface Context {
  journal: Journal;
  store: Store;
  limits: TimeLimits;
  registry: ServiceClient;
  directory: ServiceClient;
  now: () => Date;
}
