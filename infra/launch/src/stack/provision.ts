import { provisionDatabase } from '@rohnamo/backing-services';
import type { DatabaseUrls } from '@rohnamo/backing-services';
import type { InstallSecrets } from './install-secrets.ts';
import { perService, serviceNames } from './service-names.ts';
import type { PerService, ServiceName } from './service-names.ts';

/** Makes every service's database and roles, or brings them in line; may be repeated. Answers their addresses. */
export async function provisionDatabases(
  superuserUrl: string,
  passwords: InstallSecrets['databasePasswords'],
): Promise<PerService<DatabaseUrls>> {
  const urls = new Map<ServiceName, DatabaseUrls>();
  // One after another: each waits for the others anyway, since roles belong to the whole server.
  for (const service of serviceNames) {
    urls.set(service, await provisionDatabase(superuserUrl, { service, passwords: passwords[service] }));
  }
  return perService((name) => {
    const url = urls.get(name);
    if (url === undefined) throw new Error(`${name} has no database`);
    return url;
  });
}
