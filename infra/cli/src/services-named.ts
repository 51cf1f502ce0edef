import { type ServiceName, serviceNames } from '@rohnamo/launch';
import { CalledWrongly } from './called-wrongly.ts';

/** Those that were named, each once, or all. @throws CalledWrongly */
export function servicesNamed(named: readonly string[] | undefined): ServiceName[] {
  if (named === undefined || named.length === 0) return [...serviceNames];
  const wanted = new Set(named.flatMap((each) => each.split(',')));
  for (const name of wanted)
    if (!serviceNames.some((service) => service === name))
      throw new CalledWrongly(`There is no service ${JSON.stringify(name)}; there are ${serviceNames.join(', ')}.`);
  return serviceNames.filter((service) => wanted.has(service));
}
