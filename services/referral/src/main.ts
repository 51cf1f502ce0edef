import { runService } from '@rohnamo/service-kit';
import { referral } from './service.ts';

await runService(referral);
