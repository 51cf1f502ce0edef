import { connect } from 'node:net';

const ANSWER_TIMEOUT_MS = 2000;
const CORRELATION_ID = 1;

/**
 * Whether a Kafka broker at `host:port` answers requests. An open port is not enough: a broker listens while it still
 * recovers its log and registers, and answers only when it is in service.
 */
export function brokerAnswers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...splitAddress(address), timeout: ANSWER_TIMEOUT_MS });
    const finish = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.on('connect', () => socket.write(apiVersionsRequest()));
    socket.on('data', (answer) => finish(answer.length >= 8 && answer.readInt32BE(4) === CORRELATION_ID));
    socket.on('timeout', () => finish(false));
    socket.on('error', () => finish(false));
    socket.on('close', () => finish(false));
  });
}

/** Splits at the last colon, so that `[::1]:9092` works. */
export function splitAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  const port = Number(address.slice(colon + 1));
  if (colon < 1 || !Number.isInteger(port)) throw new Error(`not a broker's address, host:port is: ${address}`);
  return { host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port };
}

/** The Kafka protocol guide's request header v1 for ApiVersions v0, which has no body: size, key, version, id, no client id. */
function apiVersionsRequest(): Buffer {
  const request = Buffer.alloc(14);
  request.writeInt32BE(10, 0);
  request.writeInt16BE(18, 4);
  request.writeInt16BE(0, 6);
  request.writeInt32BE(CORRELATION_ID, 8);
  request.writeInt16BE(-1, 12);
  return request;
}
