import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** A TCP link that can be made to fail as networks do. */
export interface TcpProxy {
  host: string;
  port: number;
  /** Resets every connection, and each new one, until {@link TcpProxy.resume}. */
  cut(): void;
  /** Resets every connection once; new ones pass. */
  reset(): void;
  /**
   * Half-open: from now on bytes go nowhere, and neither end hears that a connection is gone. New connections are taken and
   * hear nothing, until {@link TcpProxy.resume}.
   */
  blackHole(): void;
  /** What the caller says arrives, and what it is answered does not, until {@link TcpProxy.resume}. */
  swallowAnswers(): void;
  /** Everything that is said arrives this much later, until {@link TcpProxy.resume}. */
  slowDown(delayMs: number): void;
  /** New connections pass. Those that lost a byte stay dead, as behind a router that has forgotten them. */
  resume(): void;
  /** Ends every connection and listens no longer. */
  stop(): Promise<void>;
}

type Mode = 'passing' | 'cut' | 'black-hole' | 'swallowing';

/** Listens on a free port of the loopback interface and passes every connection on to a server. */
export async function tcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  let mode: Mode = 'passing';
  let delayMs = 0;
  const open = new Set<Socket>();
  const forgotten = new WeakSet<Socket>();
  const robbed = new WeakSet<Socket>();
  const keep = (socket: Socket): Socket => {
    open.add(socket);
    return socket.on('error', () => undefined).once('close', () => open.delete(socket));
  };
  const late = (): Transform =>
    new Transform({
      transform(bytes, _encoding, pass) {
        if (delayMs === 0) pass(null, bytes);
        else setTimeout(() => pass(null, bytes), delayMs);
      },
    });
  /** What the server answers, on its way to the client. After the first byte that is lost no other arrives. */
  const answersTo = (client: Socket): Transform =>
    new Transform({
      transform(bytes, _encoding, pass) {
        if (mode === 'swallowing') robbed.add(client);
        if (robbed.has(client)) pass();
        else pass(null, bytes);
      },
    });
  /** Each end hears what the other says and, unless the link has forgotten them, that it is gone. */
  const join = (client: Socket, server: Socket): void => {
    client.pipe(late()).pipe(server);
    server.pipe(late()).pipe(answersTo(client)).pipe(client);
    for (const [gone, left] of [
      [client, server],
      [server, client],
    ] as const)
      gone.once('close', () => forgotten.has(left) || left.destroy());
  };
  const resetAll = (): void => {
    for (const socket of open) socket.resetAndDestroy();
  };

  const server = createServer((client) => {
    keep(client);
    if (mode === 'cut') client.resetAndDestroy();
    else if (mode !== 'black-hole') join(client, keep(connect(target)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { address: host, port } = server.address() as AddressInfo;

  return {
    host,
    port,
    cut() {
      mode = 'cut';
      resetAll();
    },
    reset: resetAll,
    blackHole() {
      mode = 'black-hole';
      for (const socket of open) {
        forgotten.add(socket);
        socket.unpipe();
        socket.pause();
      }
    },
    swallowAnswers() {
      mode = 'swallowing';
    },
    slowDown(by) {
      delayMs = by;
    },
    resume() {
      mode = 'passing';
      delayMs = 0;
    },
    async stop() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
