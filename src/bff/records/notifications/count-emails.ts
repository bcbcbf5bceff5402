import type { Mailer } from './outbox.ts';

/** Wraps a mailer so that each email is counted as `sent` or `failed`. */
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
