import { z } from 'zod';

const perService = <Value extends z.ZodType>(value: Value) =>
  z.strictObject({ registry: value, directory: value, referral: value, notifications: value, identity: value });

const DemoClient = z.strictObject({
  clientId: z.string().min(1),
  clientSecret: z.string().min(24),
  organisationId: z.uuid(),
  facilityIds: z.array(z.uuid()),
});

/** `.rohnamo/stack.json`, as other programs are promised it: this and no more. */
export const StackJson = z.strictObject({
  transport: z.enum(['kafka', 'in-process']),
  services: perService(z.url()),
  issuer: z.url(),
  databases: perService(z.url({ protocol: /^postgres$/ })),
  brokers: z.array(z.string().regex(/^[^:]+:\d+$/)),
  topicPrefix: z.string(),
  clients: z.strictObject({
    'migration-service': DemoClient,
    facility: DemoClient,
    'facility-2': DemoClient,
    supervisor: DemoClient,
    'directory-admin': DemoClient,
    auditor: DemoClient,
  }),
});
export type StackJson = z.infer<typeof StackJson>;
export type DemoRole = keyof StackJson['clients'];
export type ServiceName = keyof StackJson['services'];
