import { baseConfig } from '@rohnamo/service-kit';
import type { z } from 'zod';

/** The environment of the directory. It calls no other service, so it is nobody's client. */
export const directoryConfig = baseConfig.omit({ SERVICE_CLIENT_ID: true, SERVICE_CLIENT_SECRET: true });
export type DirectoryConfig = z.infer<typeof directoryConfig>;
