import { readableDuration } from '../say.ts';
import { serviceNames } from './service-names.ts';
import type { StackFile } from './stack-file.ts';

/** One step of the walk, as it was done. */
export interface WalkStep {
  /** What happened, in a few words, without anything about a person. */
  what: string;
  elapsedMs: number;
}

/** `  3. the officer refers the person to the facility            41 ms` */
export function stepLine(number: number, { what, elapsedMs }: WalkStep): string {
  return `${String(number).padStart(4)}. ${what.padEnd(72)} ${readableDuration(elapsedMs).padStart(8)}`;
}

/** What a person can open now. No secret is in it. */
export function linkLines(stack: StackFile, stateFolder: string): string[] {
  const width = Math.max(...serviceNames.map((name) => name.length));
  return [
    'Everything is up. Open:',
    ...serviceNames.map((name) => `  ${name.padEnd(width)}  ${stack.services[name]}/docs`),
    '',
    `Clients and addresses for your own calls: ${stateFolder}/stack.json (keep it to yourself)`,
    `Logs: ${stateFolder}/logs/`,
    `Events travel by ${stack.transport === 'kafka' ? `Kafka at ${stack.brokers.join()}` : 'the in-process transport'}.`,
    'Ctrl-C stops it all. Data stays for the next start; npm start -- --fresh begins anew.',
  ];
}
