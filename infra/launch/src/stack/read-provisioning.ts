import { isWellKnown, superuserUrl } from '@rohnamo/service-kit';
import type { InstallSecrets } from './install-secrets.ts';
import { perService } from './service-names.ts';

/** Passwords are drawn by machines; this much is typed by nobody. */
const lengthMin = 16;

/**
 * What provisioning is told by its environment.
 * @throws an error with a line for each variable that is missing, or whose password anybody would try
 */
export function readProvisioning(environment: Readonly<Record<string, string | undefined>>): {
  superuserUrl: string;
  passwords: InstallSecrets['databasePasswords'];
} {
  const faults: string[] = [];
  const required = (name: string): string => {
    const value = environment[name] ?? '';
    if (value === '') faults.push(`${name} is missing: set it.`);
    return value;
  };
  const password = (name: string): string => {
    const value = required(name);
    if (value !== '' && (value.length < lengthMin || isWellKnown(value)))
      faults.push(
        `${name} must have at least ${lengthMin} characters and not be a well-known value: make one with openssl rand -base64 32.`,
      );
    return value;
  };
  const url = required('SUPERUSER_URL');
  if (url !== '' && !superuserUrl().safeParse(url).success)
    faults.push('SUPERUSER_URL must be a URL: postgres://postgres:password@host:5432/postgres.');
  const passwords = perService((service) => ({
    owner: password(`${service.toUpperCase()}_OWNER_PASSWORD`),
    app: password(`${service.toUpperCase()}_APP_PASSWORD`),
    sealer: password(`${service.toUpperCase()}_SEALER_PASSWORD`),
  }));
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return { superuserUrl: url, passwords };
}
