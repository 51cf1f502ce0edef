type Environment = Readonly<Record<string, string | undefined>>;

const prefixOf = (service: string): string => `${service.toUpperCase()}__`;

/** Several services' environments as one: each variable under its service's name, `REFERRAL__PORT`. */
export function joinEnvironments(environments: Readonly<Record<string, Environment>>): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [service, environment] of Object.entries(environments)) {
    for (const [name, value] of Object.entries(environment))
      if (value !== undefined) joined[prefixOf(service) + name] = value;
  }
  return joined;
}

/** One service's environment out of the joined one: what is its own, over what stands there for all. It sees no other's. */
export function environmentFor(service: string, joined: Environment): Record<string, string | undefined> {
  const entries = Object.entries(joined);
  const prefix = prefixOf(service);
  const own = entries
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value]);
  return Object.fromEntries([...entries.filter(([name]) => !name.includes('__')), ...own]) as Record<string, string>; // of entries of such an object
}
