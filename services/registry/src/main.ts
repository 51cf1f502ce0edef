import { runService } from '@rohnamo/service-kit';
import { registry } from './service.ts';

await runService(registry);
