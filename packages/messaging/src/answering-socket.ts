import { connect, type Socket } from 'node:net';

/** What kafkajs asks for a connection. */
interface Wanted {
  host: string;
  port: number;
  onConnect: () => void;
}

/**
 * Makes connections that break by themselves when nothing was heard on them for this long, though something was said. kafkajs gives
 * up each request that is not answered, and sends it again on the same connection: on one that the other end or a router has
 * forgotten, for ever.
 */
export function answeringSocket(silenceMs: number): (wanted: Wanted) => Socket {
  return ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect).setKeepAlive(true, silenceMs);
    let writtenWhenHeard = 0;
    let askedAt: number | undefined;
    socket.on('data', () => {
      writtenWhenHeard = socket.bytesWritten;
      askedAt = undefined;
    });
    const look = setInterval(() => {
      if (socket.bytesWritten > writtenWhenHeard) askedAt ??= performance.now();
      if (askedAt !== undefined && performance.now() - askedAt > silenceMs)
        socket.destroy(new Error(`nothing was heard from ${host}:${port} for ${silenceMs} ms`));
    }, silenceMs / 10);
    return socket.once('close', () => clearInterval(look));
  };
}
