import { runService } from '@rohnamo/service-kit';
import { directory } from './service.ts';

await runService(directory);
