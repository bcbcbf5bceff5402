import type { Mailer } from './outbox.ts';

/** A mailer that says of each email whether the SMTP server took it. */
export const countEmails =
  (mailer: Mailer, count: (outcome: 'sent' | 'failed') => void): Mailer =>
  async (email) => {
    try {
      await mailer(email);
    } catch (error) {
      count('failed');
      throw error;
    }
    count('sent');
  };
