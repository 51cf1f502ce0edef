export * from './access.ts';
export { actingPersonOf, bearerToken, routeTable, type Caller, type RouteAccess } from './auth.ts';
export { BootFault, databaseFault } from './boot-fault.ts';
export * from './config.ts';
export { brokers, flag, httpUrl, list, secret, superuserUrl, wholeNumber } from './config-fields.ts';
export { csvReader, type CsvFault, type CsvLimits, type CsvRow, UnreadableCsv } from './csv.ts';
export { postgresFault } from './database-checks.ts';
export * from './database.ts';
export { createHealth, type Check, type Health } from './health.ts';
export { type IssuerKeys } from './issuer-keys.ts';
export { registerJournal } from './journal-routes.ts';
export { complaintAboutJson, repeatsName } from './json-text.ts';
export { addressOf, createLimit } from './limits.ts';
export { createLogger, type LogFields, type Logger, type LogLevel } from './logger.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { registerOperations } from './operation-routes.ts';
export { cursorBeyondTheEnd } from './cursor-generation.ts';
export * from './pagination.ts';
export * from './preconditions.ts';
export * from './problem.ts';
export { causeOfKind, detailOf } from './problem-detail.ts';
export { refusalOf } from './problem-handler.ts';
export { problemPage } from './problem-page.ts';
export { optionsFault, wholeNumberIn } from './options-fault.ts';
export { createServer, type Server, type ServerOptions } from './server.ts';
export { runService, runServices } from './run-service.ts';
export * from './service.ts';
export * from './service-client.ts';
export * from './service-token.ts';
export { createInstance, type ServiceDescription, startWork } from './start-service.ts';
export { createStopList, type StopList } from './stop-list.ts';
export {
  currentTrace,
  currentTraceId,
  formatTraceparent,
  newTrace,
  parseTraceparent,
  runInTrace,
  withTraceparent,
  type Trace,
} from './trace.ts';
export { takeTexts } from './storable-text.ts';
export { readBody, streamedBody, withStreamedBodies } from './streamed-body.ts';
export { describeIssue, errorsOf, findingsOf } from './validation.ts';
export {
  createVerifier,
  hasScope,
  invalidToken,
  type VerifiedToken,
  type Verifier,
  type VerifierOptions,
} from './verifier.ts';
export { isWellKnown } from './well-known.ts';
export * from './writing.ts';
