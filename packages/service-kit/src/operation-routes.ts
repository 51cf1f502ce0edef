import { createParking, type Parking } from '@rohnamo/messaging';
import { registerJournal } from './journal-routes.ts';
import { measureParked } from './metrics.ts';
import { registerParked } from './parked-routes.ts';
import type { RunningService, ServiceParts } from './service.ts';

/**
 * What a service serves beside its own routes once it runs: proofs of its journal and, where it hears others, the events that it
 * has parked. To be called before the app is ready; from then on its route table is that of production.
 */
export function registerOperations(
  { app, journal, subscriptions = [] }: RunningService,
  { pool, metrics, logger }: Pick<ServiceParts, 'pool' | 'metrics' | 'logger'>,
): Parking {
  const parking = createParking({ pool, subscriptions });
  registerJournal(app, journal);
  if (subscriptions.length > 0) {
    registerParked(app, { parking, logger });
    measureParked(metrics, parking.counts);
  }
  return parking;
}
