import { type Locale, locales } from '#contract/locale/locales.ts';
import { getTranslate } from '../../records/notifications/templates/messages.ts';

/** For a server that is too busy to render a page. */
export function busyPage(locale: Locale): string {
  const t = getTranslate(locale);
  return `<!doctype html>
<html lang="${locale}" dir="${locales[locale].direction}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${t('emails.busy.title')} · Latchkey</title>
<h1>${t('emails.busy.title')}</h1>
<p>${t('emails.busy.text')}</p>
</html>
`;
}
