import type { House, Reply } from './indoors.ts';

type Asked = { method: string; path: string; body: Record<string, unknown> };

/**
 * The house as it would be with a fault of this kind: `lie` sees what was asked and answered, and may answer something
 * else.
 */
export const lying = (
  house: House,
  lie: (asked: Asked, reply: Reply, house: House) => Reply | Promise<Reply>,
): House => ({
  ...house,
  async call(method, path, body = {}) {
    return lie({ method, path, body: body as Asked['body'] }, await house.call(method, path, body), house);
  },
});
