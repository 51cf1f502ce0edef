import { accept } from './accept.ts';
import { growth } from './growth.ts';
import { idle } from './idle.ts';
import type { HotPath } from './path.ts';
import { list, read, search } from './reads.ts';
import { refer } from './refer.ts';
import { tokens } from './tokens.ts';

/** In the order in which they are measured: at rest first, while nothing has been done yet. */
export const paths: readonly HotPath[] = [idle, tokens, refer, accept, read, list, search, growth];
