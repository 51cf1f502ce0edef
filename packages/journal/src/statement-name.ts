import { hash } from 'node:crypto';

/** A name for a prepared statement, by its text: Postgres cuts names off after 63 bytes, and whoever shares a connection must not share a name by chance. */
export const statementName = (kind: string, text: string): string => `${kind} ${hash('sha256', text).slice(0, 16)}`;
