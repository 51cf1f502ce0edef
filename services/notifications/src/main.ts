import { runService } from '@rohnamo/service-kit';
import { notifications } from './service.ts';

await runService(notifications);
