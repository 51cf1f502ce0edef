export { lastingPort } from '@rohnamo/backing-services';
export { accessTable, commonRoutes, foundAccess, parkedRoutes } from './access-matrix.ts';
export { asking } from './asking.ts';
export { testKafka, testPostgres } from './backing.ts';
export { bareEnvironment } from './bare-environment.ts';
export { eventually } from './eventually.ts';
export { type Answer, type FakeFacility, fakeFacility, type ReceivedCall } from './fake-facility.ts';
export { csvByGrammar, hostileCsv, isBlankCsv } from './hostile-csv.ts';
export { foundLooks } from './looks.ts';
export {
  aClientMadeId,
  aBeneficiary,
  aConsent,
  aFacility,
  anOffering,
  aRecordedFacility,
  aRecordedOffering,
  aReferral,
} from './samples.ts';
export { databaseOfBefore } from './database-of-before.ts';
export { type TcpProxy, tcpProxy } from './tcp-proxy.ts';
export { type TestDatabase, testDatabase } from './test-database.ts';
export { type TestIssuer, testIssuer, type TokenRequest } from './test-issuer.ts';
export { foundSights, sightTable } from './visibility.ts';
export { tellingCharacters } from './telling-characters.ts';
