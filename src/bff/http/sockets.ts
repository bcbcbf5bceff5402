/** What one connection may use. */
export type SocketLimits = {
  /** Milliseconds from the first byte to the end of the headers. */
  headersMs: number;
  /** Milliseconds from the first byte to the end of the body. */
  requestMs: number;
  /** How often both are checked, in milliseconds. */
  checkMs: number;
  /** Connections open at a time; a further one is closed at once. */
  connections: number;
};

export const socketLimits: SocketLimits = { headersMs: 10_000, requestMs: 30_000, checkMs: 5_000, connections: 4_000 };

/** Options for `http.createServer`. Node refuses headers of more than 16 KiB, names and values together. */
export const socketOptions = ({ headersMs, checkMs }: SocketLimits) => ({
  headersTimeout: headersMs,
  connectionsCheckingInterval: checkMs,
  maxHeaderSize: 16 * 1024,
  // Node would answer a request without Host by itself, without the portal's headers.
  requireHostHeader: false,
});
