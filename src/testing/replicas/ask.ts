/**
 * Sends a read to the emulator, and sends it again after a network error, because a kept connection may be closed at
 * that moment. Not for changes: a change could happen twice.
 */
export async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch {
    return fetch(url, init);
  }
}
