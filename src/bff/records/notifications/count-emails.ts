import type { Mailer } from './outbox.ts';

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
