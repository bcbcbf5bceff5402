import type { Server } from 'node:http';

/** What one connection may take of us. */
export type SocketLimits = {
  /** Milliseconds from the first byte to the end of the headers. */
  headersMs: number;
  /** Milliseconds from the first byte to the end of the body. */
  requestMs: number;
  /** How often connections are looked at for both, milliseconds. */
  checkMs: number;
  /** Connections open at a time; one more is closed at once. */
  connections: number;
};

export const socketLimits: SocketLimits = { headersMs: 10_000, requestMs: 30_000, checkMs: 5_000, connections: 4_000 };

/** Options for `http.createServer`. Headers of more than 16 KiB, names and values together, are refused by Node. */
export const socketOptions = ({ headersMs, checkMs }: SocketLimits) => ({
  headersTimeout: headersMs,
  connectionsCheckingInterval: checkMs,
  maxHeaderSize: 16 * 1024,
  // Node would answer a request without Host by itself, without our headers.
  requireHostHeader: false,
});

/** Holds a server to the number of connections. */
export function limitConnections(server: Server, { connections }: SocketLimits): void {
  server.maxConnections = connections;
}
