import { runService } from '../src/run-service.ts';
import { sample } from './sample-definition.ts';

/** The sample service as a process, for tests of how one starts and stops. */
await runService(sample);
