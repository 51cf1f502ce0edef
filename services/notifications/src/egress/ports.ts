/** Ports from one to another, both included. */
export interface PortRange {
  from: number;
  to: number;
}

const portMax = 65_535;

/** Reads `443` or `1024-65535`; null for what is neither. */
export function readPortRange(text: string): PortRange | null {
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const range = { from: Number(from), to: Number(to) };
  return range.from >= 1 && range.from <= range.to && range.to <= portMax ? range : null;
}

/** Whether a text is one. */
export const isPortRange = (text: string): boolean => readPortRange(text) !== null;

/** Ranges for a person to read: "443 or 8443". */
export const portsInWords = (ranges: readonly PortRange[]): string =>
  ranges.map(({ from, to }) => (from === to ? String(from) : `${from} to ${to}`)).join(' or ');

/** The port that a URL leads to, named or not. */
export const portOf = ({ port, protocol }: URL): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
