import { createServer, Socket, type AddressInfo, type Server } from 'node:net';
import pino from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../config/config.ts';
import { createSmtpMailer } from './smtp.ts';
import { isInTheClear, needsStartTls } from './smtp-url.ts';

let server: Server | undefined;
afterEach(() => server?.close());

/** `says`: the answers to EHLO, STARTTLS and RCPT. */
async function listen(says: {
  ehlo: string;
  startTls?: string;
  rcpt?: string;
}): Promise<{ url: string; received: string[] }> {
  const received: string[] = [];
  server = createServer((socket) => {
    let inData = false;
    socket.on('error', () => undefined);
    socket.write('220 mail\r\n');
    socket.on('data', (chunk) => {
      for (const line of String(chunk).split('\r\n').filter(Boolean)) {
        received.push(line);
        if (inData) {
          if (line !== '.') continue;
          inData = false;
          socket.write('250 taken\r\n');
        } else if (/^EHLO/i.test(line)) socket.write(says.ehlo);
        else if (/^STARTTLS/i.test(line)) socket.write(says.startTls ?? '502 no\r\n');
        else if (/^AUTH/i.test(line)) socket.write('235 ok\r\n');
        else if (/^DATA/i.test(line)) {
          inData = true;
          socket.write('354 go\r\n');
        } else if (/^RCPT/i.test(line)) socket.write(says.rcpt ?? '250 ok\r\n');
        else socket.write(/^QUIT/i.test(line) ? '221 bye\r\n' : '250 ok\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return { url: `smtp://user:pass-word@127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

const email = { id: 'm1', to: 'ada@example.com', subject: 'Reset', body: 'recovery code: BFHK-MQRW-XY23-4567' };
const plain = '250-mail\r\n250 AUTH PLAIN\r\n';
const offers = '250-mail\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n';

describe('smtp://', () => {
  it.each([
    ['a server without STARTTLS', { ehlo: plain }, ''],
    ['one that knows no EHLO', { ehlo: '502 no\r\n' }, ''],
    ['one whose STARTTLS was stripped on the way', { ehlo: '250-mail\r\n250-XXXXXXXA\r\n250 AUTH PLAIN\r\n' }, ''],
    ['one that offers it and then does not', { ehlo: offers, startTls: '454 not now\r\n' }, ''],
    // Options of nodemailer in the URL must have no effect.
    ['an address that says to do without', { ehlo: plain }, '?ignoreTLS=true&opportunisticTLS=true&requireTLS=false'],
  ])('sends neither password nor email to %s', async (_what, says, query) => {
    const { url, received } = await listen(says);
    const { mailer, close } = createSmtpMailer(`${url}${query}`, 'Latchkey <latchkey@example.com>', true);
    await expect(mailer(email)).rejects.toThrow();
    close();
    expect(received.length).toBeGreaterThan(0);
    expect(received.filter((line) => !/^(?:EHLO|HELO|STARTTLS|QUIT)/i.test(line))).toEqual([]);
  });

  it('says why an email was not taken, and nobody’s address', async () => {
    const rcpt = '550 5.1.1 <ada@example.com>: no such user; ask\x1b[2J ADA.L@example.com\r\n';
    const { url } = await listen({ ehlo: plain, rcpt });
    const { mailer, close } = createSmtpMailer(url, 'Latchkey <latchkey@example.com>');
    const error = await mailer(email).then(
      () => null,
      (failure: unknown) => failure as Error,
    );
    close();
    const line = JSON.stringify(pino.stdSerializers.err(error!));
    expect(line).toMatch(/550 5\.1\.1 <a•••@example\.com>: no such user/);
    expect(line).toMatch(/"code":"EENVELOPE","responseCode":550/);
    expect(line).not.toMatch(/ada(?:\.l)?@|\\u001b/i);
    expect(error!.message).not.toMatch(/\p{Cc}/u);
  });

  it('sends to loopback without TLS', async () => {
    const { url, received } = await listen({ ehlo: plain });
    const { mailer, close } = createSmtpMailer(url, 'Latchkey <latchkey@example.com>');
    await mailer(email);
    close();
    expect(received).toContain('recovery code: BFHK-MQRW-XY23-4567');
  });

  it('waits a minute for an answer: a server that scans a whole email first has taken it', async () => {
    const { url } = await listen({ ehlo: plain });
    const { mailer, close } = createSmtpMailer(url, 'Latchkey <latchkey@example.com>');
    const limits = vi.spyOn(Socket.prototype, 'setTimeout');
    await mailer(email);
    close();
    expect(limits.mock.calls.map(([ms]) => ms)).toContain(60_000);
    limits.mockRestore();
  });

  it.each([
    ['smtp://mail.example.com', true, false],
    ['smtp://user:p@mail.example.com:2525?pool=true', true, false],
    ['smtp://mail.example.com?insecure=false', true, false],
    ['smtp://mail.example.com?insecure=true', false, true],
    ['smtp://127.0.0.1.example.com', true, false],
    ['smtp://localhost.example.com', true, false],
    ['smtp://localhost:3025', false, false],
    ['smtp://[::1]:3025', false, false],
    ['smtps://mail.example.com', false, false],
  ])('%s: requires STARTTLS %s, plain text %s', (url, required, clear) => {
    expect([needsStartTls(url), isInTheClear(url)]).toEqual([required, clear]);
  });

  it('accepts no other parameter', () => {
    for (const query of [
      '?ignoreTLS=true',
      '?tls.rejectUnauthorized=false',
      '?insecure=yes',
      '?insecure=true&service=gmail',
    ]) {
      expect(() => readConfig({ SMTP_URL: `smtp://mail.example.com${query}` }), query).toThrow(
        'SMTP_URL has a parameter other than insecure=true',
      );
    }
  });

  it('plain text is a warning at every start', () => {
    expect(readConfig({ SMTP_URL: 'smtp://mail.example.com?insecure=true' }).warnings).toEqual([
      expect.stringMatching(/^SMTP_URL says insecure=true/),
    ]);
    expect(readConfig({ SMTP_URL: 'smtp://mail.example.com' }).warnings).toEqual([]);
  });
});

it('ends an email that takes too long, to a server that drips lines, and its connection', async () => {
  let closed: Promise<void> | undefined;
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 mail\r\n');
    const dripping = setInterval(() => socket.write('250-still here\r\n'), 20);
    closed = new Promise<void>((resolve) => socket.once('close', () => resolve())).then(() => clearInterval(dripping));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { mailer } = createSmtpMailer(`smtp://127.0.0.1:${port}`, 'Latchkey <latchkey@example.com>', false, 300);
  await expect(mailer(email)).rejects.toThrow(/abort/i);
  await closed;
});
