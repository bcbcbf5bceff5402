import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endWithUs } from '#testing/end-with-us.ts';
import { freePort } from '#testing/free-port.ts';
import { findProgram, runProgram } from '#testing/programs/find-program.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const folder = join(import.meta.dirname, '../../../../deploy/prometheus');
const configuration = readFileSync(join(folder, 'alertmanager.yml'), 'utf8');
const rules = readFileSync(join(folder, 'alerts.yaml'), 'utf8');
const alertNames = [...rules.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name!);
const programs = { amtool: findProgram('amtool'), alertmanager: findProgram('prometheus-alertmanager') };
const patience = { interval: 50 };

const unknownNames = (text: string) =>
  [...text.matchAll(/Latchkey\w+/g)].map(([name]) => name).filter((name) => !alertNames.includes(name));

test('alertmanager.yml names only alerts that exist', () => {
  expect(unknownNames(configuration)).toEqual([]);
  expect(unknownNames(configuration.replaceAll('LatchkeySlow', 'LatchkeyLate'))).toEqual(['LatchkeyLate']);
});

test.skipIf(!programs.amtool)('amtool accepts alertmanager.yml, and sends pages to the pager', async () => {
  const file = join(folder, 'alertmanager.yml');
  expect(await runProgram(programs.amtool!, ['check-config', file])).toMatchObject({ code: 0 });
  const receiverOf = async (severity: string) =>
    (await runProgram(programs.amtool!, ['config', 'routes', 'test', `--config.file=${file}`, `severity=${severity}`]))
      .output;
  expect([await receiverOf('page'), await receiverOf('ticket')]).toEqual([
    expect.stringMatching(/^pager$/m),
    expect.stringMatching(/^tickets$/m),
  ]);
});

type Sent = { receiver: string; status: string; groupKey: string; alerts: { labels: Record<string, string> }[] };

test.skipIf(!programs.alertmanager)('one outage is one page, which names the cause, and then its end', async () => {
  const heard: Sent[] = [];
  const receiver = createServer((request, answer) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += String(chunk)));
    request.on('end', () => {
      heard.push(JSON.parse(text) as Sent);
      answer.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const place = temporaryFolder();
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  writeFileSync(join(place, 'url'), url);
  const faster = configuration
    .replaceAll(/\/etc\/prometheus\/\w+-url/g, join(place, 'url'))
    .replaceAll(/group_wait: \d+s/g, 'group_wait: 1s')
    .replace('group_interval: 1m', 'group_interval: 1s');
  writeFileSync(join(place, 'alertmanager.yml'), faster);
  const port = await freePort();
  const child = endWithUs(
    spawn(
      programs.alertmanager!,
      [
        `--config.file=${place}/alertmanager.yml`,
        `--storage.path=${place}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
        '--log.level=error',
      ],
      { stdio: 'inherit' },
    ),
  );
  const post = (alerts: object[]) =>
    fetch(`http://127.0.0.1:${port}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts),
    });
  const alert = (alertname: string, severity: string, instance?: string) => ({
    labels: { alertname, severity, job: 'latchkey', ...(instance && { instance }) },
  });
  const outage = [
    alert('LatchkeyErrors', 'page'),
    alert('LatchkeySlow', 'ticket'),
    alert('LatchkeyOktaUnreachable', 'page', 'a'),
    alert('LatchkeyOktaUnreachable', 'page', 'b'),
  ];
  const named = ({ alerts }: Sent) => alerts.map(({ labels }) => `${labels['alertname']} ${labels['instance']}`).sort();
  try {
    await expect
      .poll(
        () =>
          post([]).then(
            ({ ok }) => ok,
            () => false,
          ),
        patience,
      )
      .toBe(true);
    await post(outage);
    await expect.poll(() => heard.length, patience).toBe(1);
    expect(heard[0]).toMatchObject({ receiver: 'pager', status: 'firing' });
    expect(named(heard[0]!)).toEqual(['LatchkeyOktaUnreachable a', 'LatchkeyOktaUnreachable b']);
    // Another cause is another group, which does not wait for the interval of the first group.
    await post([alert('LatchkeyStoreUnwritable', 'page')]);
    await expect.poll(() => heard.length, patience).toBe(2);
    expect(named(heard[1]!)).toEqual(['LatchkeyStoreUnwritable undefined']);
    await post(outage.map((one) => ({ ...one, endsAt: new Date().toISOString() })));
    await expect.poll(() => heard.length, patience).toBe(3);
    expect(heard[2]).toMatchObject({ receiver: 'pager', status: 'resolved', groupKey: heard[0]!.groupKey });
  } finally {
    child.kill('SIGKILL');
    receiver.close();
    receiver.closeAllConnections();
  }
});
