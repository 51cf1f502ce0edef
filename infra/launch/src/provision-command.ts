import { say } from './say.ts';
import { provisionDatabases } from './stack/provision.ts';
import { perService } from './stack/service-names.ts';

/** For deployments: makes every service's database and roles, from the environment, and ends. May be repeated. */
try {
  const passwords = perService((name) => ({
    owner: required(`${name.toUpperCase()}_OWNER_PASSWORD`),
    app: required(`${name.toUpperCase()}_APP_PASSWORD`),
    sealer: required(`${name.toUpperCase()}_SEALER_PASSWORD`),
  }));
  const databases = await provisionDatabases(required('SUPERUSER_URL'), passwords);
  say(`provisioned: ${Object.keys(databases).join(', ')}`);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing: set it`);
  return value;
}
