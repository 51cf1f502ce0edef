import type { ServiceDefinition } from '@rohnamo/service-kit';
import { createNotifications } from './app.ts';
import { notificationsConfig, type NotificationsConfig } from './config.ts';

/** Notifications, as they are run: alone, or with the others in one process. */
export const notifications: ServiceDefinition<NotificationsConfig> = {
  name: 'notifications',
  description: 'tells facilities and partners that something waits for them',
  config: notificationsConfig,
  migrationsFolder: new URL('../migrations', import.meta.url),
  create: createNotifications,
};
