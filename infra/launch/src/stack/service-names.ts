/** The services of the platform, in the order of their ports. */
export const serviceNames = ['registry', 'directory', 'referral', 'notifications', 'identity'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** One value for each service. */
export type PerService<Value> = Readonly<Record<ServiceName, Value>>;

/** Makes one value for each service. */
export function perService<Value>(make: (name: ServiceName) => Value): PerService<Value> {
  return Object.fromEntries(serviceNames.map((name) => [name, make(name)])) as Record<ServiceName, Value>; // every name is there
}
