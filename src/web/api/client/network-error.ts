/** No reply of the portal arrived: no network, no answer in time, or a reply from something in between. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly reason: 'offline' | 'timeout' | 'unreadable';

  constructor(reason: NetworkError['reason'], options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}
