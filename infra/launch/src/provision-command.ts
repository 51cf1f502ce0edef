import { databaseFault, postgresFault } from '@rohnamo/service-kit';
import { say } from './say.ts';
import { provisionDatabases } from './stack/provision.ts';
import { readProvisioning } from './stack/read-provisioning.ts';

/** For deployments: makes every service's database and roles, from the environment, and ends. May be repeated. */
try {
  const { superuserUrl, passwords } = readProvisioning(process.env);
  const fault = await postgresFault('SUPERUSER_URL', superuserUrl);
  if (fault !== undefined) throw fault;
  const databases = await provisionDatabases(superuserUrl, passwords).catch((cause: unknown) => {
    throw databaseFault('SUPERUSER_URL', cause);
  });
  say(`provisioned: ${Object.keys(databases).join(', ')}`);
} catch (error) {
  for (const line of (error instanceof Error ? error.message : String(error)).split('\n')) say(line);
  process.exitCode = 1;
}
