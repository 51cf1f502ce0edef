import { runService } from '@rohnamo/service-kit';
import { identity } from './service.ts';

await runService(identity);
