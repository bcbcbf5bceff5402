import { Pool } from 'undici';

export const agent =
  'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';

const browserHeaders = {
  accept: '*/*',
  'accept-language': 'en-US,en;q=0.9',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'cors',
  'sec-fetch-dest': 'empty',
  'user-agent': agent,
};

export type Load = { path: string; count: number; cookies: readonly string[]; headers?: Record<string, string> };
export type Loader = { run(load: Load): Promise<void>; close(): Promise<void> };

const connections = 10;

/** Sends one request at a time on each of ten connections. Throws at the first answer that is not 200. */
export function openLoader(url: string): Loader {
  const pool = new Pool(url, { connections, pipelining: 1 });
  return {
    async run({ path, count, cookies, headers = {} }) {
      let sent = 0;
      const worker = async () => {
        while (sent < count) {
          const cookie = cookies[sent++ % cookies.length]!;
          const { statusCode, body } = await pool.request({
            method: 'GET',
            path,
            headers: { ...browserHeaders, ...headers, cookie },
          });
          const text = await body.text();
          if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}: ${text.slice(0, 300)}`);
        }
      };
      await Promise.all(Array.from({ length: connections }, worker));
    },
    close: () => pool.close(),
  };
}
