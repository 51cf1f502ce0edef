import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** A server that says of itself to be a Postgres of some version, lets everybody in, and answers nothing but that question. */
export async function oldPostgres(versionNumber: string): Promise<{ url: string; stop: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let isIn = false;
    socket.on('data', (data) => {
      if (isIn && data[0] !== 0x51) return; // Q: a simple query
      socket.write(
        isIn ? answerOf(versionNumber) : Buffer.concat([message('R', int32(0)), message('Z', Buffer.from('I'))]),
      );
      isIn = true;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `postgres://app:kq9w2xd7f3mz4t8vhbc5@127.0.0.1:${port}/referral`,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** PostgreSQL's protocol 3.0: a row of one text column, and that the query is done. */
function answerOf(text: string): Buffer {
  const name = Buffer.from('server_version_num\0');
  const column = Buffer.concat([name, int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0)]);
  return Buffer.concat([
    message('T', Buffer.concat([int16(1), column])),
    message('D', Buffer.concat([int16(1), int32(text.length), Buffer.from(text)])),
    message('C', Buffer.from('SHOW\0')),
    message('Z', Buffer.from('I')),
  ]);
}

const message = (kind: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(kind), int32(body.length + 4), body]);

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}
