import { createTransport } from 'nodemailer';
import type { Mailer } from './outbox.ts';

/**
 * A mailer on an SMTP server (`smtp://user:password@host:port`, `smtps://…`). Each mail must be taken within 10 s.
 * Mail is plain text, and its Message-ID is the notice's own.
 */
export function createSmtpMailer(url: string, from: string): { mailer: Mailer; close(): void } {
  const transport = createTransport(url, { from } as never);
  (transport.options as Record<string, unknown>)['connectionTimeout'] = 5_000;
  (transport.options as Record<string, unknown>)['socketTimeout'] = 10_000;
  const domain = from.replace(/^.*@|>$/g, '') || 'latchkey.invalid';
  return {
    async mailer({ id, to, subject, body }) {
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text: body,
        messageId: `<${id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
      });
    },
    close: () => transport.close(),
  };
}
