import { accept } from './accept.ts';
import { growth } from './growth.ts';
import { idle } from './idle.ts';
import { intake } from './intake.ts';
import { journal } from './journal.ts';
import type { HotPath } from './path.ts';
import { list, read, search } from './reads.ts';
import { refer } from './refer.ts';
import { statistics } from './statistics.ts';
import { tokens } from './tokens.ts';
import { trail } from './trail.ts';
import { webhook } from './webhook.ts';
import { recommendations, worklist } from './work.ts';

/** In the order in which they are measured: at rest first, while nothing has been done yet. */
export const paths: readonly HotPath[] = [
  idle,
  tokens,
  refer,
  accept,
  read,
  list,
  search,
  worklist,
  recommendations,
  statistics,
  webhook,
  journal,
  intake,
  trail,
  growth,
];
