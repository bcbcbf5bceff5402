import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A loopback server that can answer with any bytes, also with invalid HTTP. */
export type RawOrg = {
  origin: string;
  methods: string[];
  close(): Promise<void>;
};

/** @param answer `index` is the request's number, from 0 */
export async function startRawOrg(answer: (socket: Socket, index: number) => void): Promise<RawOrg> {
  const methods: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    let received = '';
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      const end = received.indexOf('\r\n\r\n') + 4;
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(received)?.[1] ?? 0);
      if (end < 4 || received.length < end + length) return;
      methods.push(received.slice(0, received.indexOf(' ')));
      received = '';
      answer(socket, methods.length - 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    methods,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const getAnswer = (body: string, status = '200 OK', headers = ''): string =>
  `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`;

export function repeat(socket: Socket, bytes: string, first = ''): void {
  socket.write(first);
  const timer = setInterval(() => socket.write(bytes), 1);
  socket.on('close', () => clearInterval(timer));
}
