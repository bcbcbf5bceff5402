import type { Locale } from '#contract/locale/locales.ts';
import { getTemplates } from '../../records/notifications/templates/templates.ts';

/** The page that the server returns when it is too busy to render one: without script and style. */
export function busyPage(locale: Locale): string {
  const { title, text } = getTemplates(locale).busy;
  return `<!doctype html>
<html lang="${locale}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Latchkey</title>
<h1>${title}</h1>
<p>${text}</p>
</html>
`;
}
