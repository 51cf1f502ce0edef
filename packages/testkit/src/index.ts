export { accessTable, commonRoutes, foundAccess } from './access-matrix.ts';
export { asking } from './asking.ts';
export { testKafka, testPostgres } from './backing.ts';
export { eventually } from './eventually.ts';
export { type Answer, type FakeFacility, fakeFacility, type ReceivedCall } from './fake-facility.ts';
export { aBeneficiary, aConsent, aFacility, anOffering, aReferral } from './samples.ts';
export { type TestDatabase, testDatabase } from './test-database.ts';
export { type TestIssuer, testIssuer, type TokenRequest } from './test-issuer.ts';
export { foundSights, sightTable } from './visibility.ts';
