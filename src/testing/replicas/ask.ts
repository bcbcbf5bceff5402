/**
 * For reads only, because it sends again after a network error. The emulator may close a kept connection when a request
 * is sent.
 */
export async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch {
    return fetch(url, init);
  }
}
