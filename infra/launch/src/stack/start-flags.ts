import { parseArgs } from 'node:util';
import { optionsFault, wholeNumberIn } from '@rohnamo/service-kit';
import { planPorts, PORT_BASE_DEFAULT } from './plan-ports.ts';

const transports = ['kafka', 'in-process'] as const;
export type TransportName = (typeof transports)[number];

/** What `npm start` was asked for. */
export interface StartFlags {
  once: boolean;
  fresh: boolean;
  /** Undefined: Kafka where it can be had, else in-process. */
  transport: TransportName | undefined;
  portBase: number;
}

/** Reads the flags. Throws an error that says which one is wrong. */
export function readStartFlags(args: readonly string[]): StartFlags {
  const values = parse(args);
  const transport = transports.find((name) => name === values.transport);
  if (values.transport !== undefined && transport === undefined) {
    throw new Error(`--transport must be ${transports.join(' or ')}`);
  }
  const portBase = wholeNumberIn(values['port-base'], { min: 0, max: 65_535 }) ?? Number.NaN;
  planPorts(portBase);
  return { once: values.once, fresh: values.fresh, transport, portBase };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean', default: false },
        fresh: { type: 'boolean', default: false },
        transport: { type: 'string' },
        'port-base': { type: 'string', default: String(PORT_BASE_DEFAULT) },
      },
    }).values;
  } catch (error) {
    throw new Error(optionsFault(error), { cause: error });
  }
}
