import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import { findProgram, runProgram } from './find-program.ts';

const programs = { prometheus: findProgram('prometheus'), promtool: findProgram('promtool') };

export const hasPrometheus = programs.prometheus !== undefined && programs.promtool !== undefined;

export const promtool = (folder: string, ...args: string[]): Promise<{ code: number; output: string }> =>
  runProgram(programs.promtool!, args, { cwd: folder });

export type Prometheus = {
  /** Returns Prometheus's error message, or null. */
  findFault(expression: string): Promise<string | null>;
  /** Why the last scrape failed: '' after a successful scrape, null before the first scrape. */
  scrapeFault(): Promise<string | null>;
  firing(): Promise<string[]>;
  stop(): Promise<void>;
};

/** @param every the interval of scrapes and of evaluations */
export async function startPrometheus(
  target: { port: number; token: string },
  rules: string,
  every = '3s',
): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-prometheus-'));
  const port = await freePort();
  const config = `
global: { scrape_interval: ${every}, scrape_timeout: 3s, evaluation_interval: ${every} }
rule_files: [rules.yaml]
scrape_configs:
  - job_name: latchkey
    authorization: { credentials: ${target.token} }
    static_configs: [{ targets: ['127.0.0.1:${target.port}'] }]
`;
  writeFileSync(join(folder, 'prometheus.yaml'), config);
  writeFileSync(join(folder, 'rules.yaml'), rules);
  const child = spawn(
    programs.prometheus!,
    [
      `--config.file=${folder}/prometheus.yaml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + String(chunk)).slice(-4000)));
  const get = async (path: string) =>
    (await (await fetch(`http://127.0.0.1:${port}${path}`)).json()) as { data: never; error?: string };
  const query = (expression: string) => get(`/api/v1/query?query=${encodeURIComponent(expression)}`);
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (const until = Date.now() + 60_000; !(await isReady());) {
    if (child.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error(`Prometheus does not answer: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    findFault: async (expression) => (await query(expression)).error ?? null,
    async firing() {
      const { result } = (await query('ALERTS{alertstate="firing"}')).data as {
        result: { metric: { alertname: string } }[];
      };
      return result.map(({ metric }) => metric.alertname);
    },
    async scrapeFault() {
      type Target = { health: string; lastError: string };
      const { activeTargets } = (await get('/api/v1/targets')).data as { activeTargets: Target[] };
      const [one] = activeTargets;
      return !one || one.health === 'unknown' ? null : one.lastError;
    },
    stop,
  };
}
