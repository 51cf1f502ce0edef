import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from './private-file.ts';
import type { ServiceName } from './service-names.ts';
import type { TransportName } from './start-flags.ts';

/** The roles that have a demo client; `facility-2` belongs to another organisation. */
export type DemoRole = 'migration-service' | 'facility' | 'facility-2' | 'supervisor' | 'directory-admin' | 'auditor';

/** A client of the running stack, for programs that want to use it. */
export interface DemoClient {
  clientId: string;
  clientSecret: string;
  organisationId: string;
  facilityIds: string[];
}

/** What another program needs to know of a running stack. It holds secrets. */
export interface StackFile {
  transport: TransportName;
  services: Record<ServiceName, string>;
  issuer: string;
  /** As each service's app role. */
  databases: Record<ServiceName, string>;
  brokers: string[];
  /** Stands before every topic and group name. */
  topicPrefix: string;
  clients: Record<DemoRole, DemoClient>;
}

/** Says that a stack is up: `stack.json` in the state folder, mode 0600. Answers what takes it away again. */
export function writeStackFile(stateFolder: string, stack: StackFile): () => void {
  const file = join(stateFolder, 'stack.json');
  writePrivateFile(file, `${JSON.stringify(stack, null, 2)}\n`);
  return () => rmSync(file, { force: true });
}

/** Takes away what a killed run has left: nothing is up. */
export function removeStackFile(stateFolder: string): void {
  rmSync(join(stateFolder, 'stack.json'), { force: true });
}
