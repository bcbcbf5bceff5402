import type english from './messages/en/emails.json';
import type { Locale } from './locales.ts';

export type EmailMessageId = keyof typeof english;

/** Empty if the locale's folder has no such file. */
export async function readEmailTexts(locale: Locale): Promise<Partial<Record<EmailMessageId, string>>> {
  try {
    const file = (await import(`./messages/${locale}/emails.json`, { with: { type: 'json' } })) as {
      default: Partial<Record<EmailMessageId, string>>;
    };
    return file.default;
  } catch {
    return {};
  }
}
