import { createServer } from 'node:http';
import { request } from 'undici';
import type { Config } from '#bff/config/config.ts';
import { check, ConfigWarning, type ConfigCheck } from './config-check.ts';

function whyTaken(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}

/** `ours`: a portal with this token. `refused`: a portal with another token. */
async function whoAnswers(port: number, host: string, token: string | null): Promise<'ours' | 'refused' | 'other'> {
  const name = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[host] ?? (host.includes(':') ? `[${host}]` : host);
  try {
    const { statusCode, headers, body } = await request(`http://${name}:${port}/metrics`, {
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(5000),
    });
    const text = await body.text();
    if (statusCode === 200 && text.includes('latchkey_')) return 'ours';
    return statusCode === 401 && headers['www-authenticate'] === 'Bearer' ? 'refused' : 'other';
  } catch {
    return 'other';
  }
}

export function metricsChecks(settings: Config['metrics']): ConfigCheck[] {
  if (!settings) return [];
  const { port, host, token } = settings;
  return [
    check('metrics port', async () => {
      const why = await whyTaken(port, host);
      if (why === null) return `${host}:${port} is free for the portal`;
      if (why === 'EADDRNOTAVAIL' || why === 'ENOTFOUND')
        throw new Error(`${host} is no address of this machine: set METRICS_HOST to one that is, or to 0.0.0.0`);
      if (why === 'EACCES')
        throw new Error(`port ${port} is for the administrator: set METRICS_PORT to one above 1023`);
      if (why !== 'EADDRINUSE')
        throw new Error(`${host}:${port} cannot be used (${why}): set METRICS_PORT to another port`);
      const who = await whoAnswers(port, host, token);
      if (who === 'ours') return `a portal serves metrics at ${host}:${port}`;
      if (who === 'refused')
        throw new ConfigWarning(
          `something at ${host}:${port} refuses METRICS_TOKEN: if it is the portal, set METRICS_TOKEN to the portal's`,
        );
      throw new Error(`another program uses ${host}:${port}: set METRICS_PORT to a free port`);
    }),
  ];
}
