import { sourceLocale } from '#contract/locale/locales.ts';
import { loadAllMessages } from '../i18n/load-messages.ts';

// A test shows a component of any page.
await loadAllMessages(sourceLocale);
