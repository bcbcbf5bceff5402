/** Use it for reads only: it repeats after a network error, because the emulator may close a kept connection. */
export async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch {
    return fetch(url, init);
  }
}
