import { inProcessTransport } from '../src/index.ts';
import { transportKeepsItsPromises } from './conformance.ts';

transportKeepsItsPromises('the in-process transport', () =>
  Promise.resolve(inProcessTransport({ onError: () => undefined })),
);
