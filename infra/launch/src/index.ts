/** What other commands of the workspace stand on, too. */
export { type ApiCall, ApiRefusal, createApiClient, sendPatiently } from './api-client.ts';
export { onStopSignal } from './on-stop-signal.ts';
export { readableDuration, say } from './say.ts';
export { awaitReady, logTail, type ServiceProcess, startServiceProcess } from './stack/boot-services.ts';
export { type ClientPlan, createClient } from './stack/identity-clients.ts';
export { type ClientCredentials, completeSecrets } from './stack/install-secrets.ts';
export { openStackGround, type StackGround } from './stack/installation.ts';
export { migrateDatabase } from './stack/migrate-databases.ts';
export type { PortPlan } from './stack/plan-ports.ts';
export { callers, serviceEnvironment, serviceUrl, systemEnvironment } from './stack/service-environment.ts';
export { type PerService, perService, type ServiceName, serviceNames } from './stack/service-names.ts';
export { platformOrganisation } from './stack/service-stack.ts';
export { stateFolderOf } from './stack/state-folder.ts';
export { createStopList, type StopList } from './stack/stop-list.ts';
export { until } from './stack/until.ts';
export { workspaceRoot } from './workspace-root.ts';
