/** No network, a timeout, or a reply from a proxy in between. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly reason: 'offline' | 'timeout' | 'unreadable';

  constructor(reason: NetworkError['reason'], options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}
