/** No reply of ours came back: no network, no answer in time, or something in between answered instead. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly reason: 'offline' | 'timeout' | 'unreadable';

  constructor(reason: NetworkError['reason'], options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}
