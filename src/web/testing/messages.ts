import { sourceLocale } from '#contract/locale/locales.ts';
import { loadAllMessages } from '../i18n/load-messages.ts';

// Loads all messages, because a test may mount a component of any page.
await loadAllMessages(sourceLocale);
