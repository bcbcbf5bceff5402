import type { Translate } from '../../i18n/translate.tsx';

/** Names a device by its browser and system; null when neither is known. Its text is in `sessions.json`. */
export const deviceName = (
  t: Translate,
  { browser, system }: { browser: string | null; system: string | null },
): string | null => (browser && system ? t('sessions.where', { browser, system }) : (browser ?? system));
