import { AsyncLocalStorage } from 'node:async_hooks';
import { randomHex } from '@rohnamo/journal';

/** Where a piece of work belongs in a distributed trace (W3C Trace Context, level 1). */
export interface Trace {
  /** 32 lower-case hex digits; also the request id. */
  readonly traceId: string;
  /** 16 lower-case hex digits: the span of this process, the parent of whatever it calls. */
  readonly spanId: string;
  /** 2 hex digits; bit 0 says that the caller records the trace. */
  readonly flags: string;
}

const storage = new AsyncLocalStorage<Trace>();
const traceparentPattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Reads a `traceparent` header. Anything that the specification calls invalid gives undefined: the caller then begins a trace. */
export function parseTraceparent(header: string | undefined): Trace | undefined {
  if (header === undefined || header.length > 512) return undefined;
  const match = traceparentPattern.exec(header);
  if (match === null) return undefined;
  const [, version, traceId, spanId, flags, rest] = match;
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, flags };
}

/** A trace that begins here. */
export const newTrace = (): Trace => ({
  traceId: newId(16),
  spanId: newId(8),
  flags: '01',
});

/** The same trace, with a span of our own. */
export const childOf = (parent: Trace): Trace => ({ ...parent, spanId: newId(8) });

export const formatTraceparent = (trace: Trace): string => `00-${trace.traceId}-${trace.spanId}-${trace.flags}`;

/** The `traceparent` of the work under way, for entries, events and outbound calls; undefined outside of any. */
export function currentTrace(): string | undefined {
  const trace = storage.getStore();
  return trace === undefined ? undefined : formatTraceparent(trace);
}

/** The trace id of the work under way. */
export const currentTraceId = (): string | undefined => storage.getStore()?.traceId;

/** Runs `work` inside a trace. */
export const runInTrace = <Result>(trace: Trace, work: () => Result): Result => storage.run(trace, work);

/** Runs `work` as a part of the trace named by a `traceparent` (of an event, say); begins one when there is none. */
export function withTraceparent<Result>(traceparent: string | undefined, work: () => Result): Result {
  const parent = parseTraceparent(traceparent);
  return storage.run(parent === undefined ? newTrace() : childOf(parent), work);
}

/** An id of nothing but zeros means none (W3C Trace Context §3.2.2). */
function newId(bytes: number): string {
  const id = randomHex(bytes);
  return /^0+$/.test(id) ? newId(bytes) : id;
}
