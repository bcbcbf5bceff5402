/**
 * Sends a read to the emulator, and sends it again if the connection was closed: a kept one may end just then. Never
 * use it for what may not happen twice.
 */
export async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch {
    return fetch(url, init);
  }
}
