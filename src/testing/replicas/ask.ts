/**
 * Sends a read to the emulator. Sends it again after a network error, because the emulator may close a kept connection
 * when a request is sent. Do not use this function for changes: a change could happen twice.
 */
export async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch {
    return fetch(url, init);
  }
}
