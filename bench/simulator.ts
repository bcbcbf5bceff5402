export type ApiRequest = { method: string; path: string; at: string };

export async function simulator<T>(emulator: { url: string }, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${emulator.url}/simulator/api${path}`, {
    ...(body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

export const shape = ({ method, path }: Pick<ApiRequest, 'method' | 'path'>) =>
  `${method} ${path.replace(/^\/api\/v1/, '').replace(/\/(?:[A-Za-z0-9]{20}|v2mst\.[\w-]+)(?=\/|$)/g, '/…')}`;
