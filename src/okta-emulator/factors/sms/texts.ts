import type { SmsTemplate } from '../../context/context.ts';
import { chooseLanguage } from '../kind/language.ts';

const standard: Omit<SmsTemplate, 'id'> & { translations: Record<string, string> } = {
  template: 'Your verification code is ${code}.',
  translations: {
    de: 'Ihr Bestätigungscode lautet ${code}.',
    es: 'Su código de verificación es ${code}.',
    fr: 'Votre code de vérification est ${code}.',
    ja: '認証コードは ${code} です。',
    nl: 'Uw verificatiecode is ${code}.',
    pt: 'Seu código de verificação é ${code}.',
  },
};

/** An unknown `templateId` gives the standard text. */
export function smsText(
  templates: readonly SmsTemplate[],
  { templateId, acceptLanguage }: { templateId?: string; acceptLanguage?: string },
  code: string,
): string {
  const { template, translations = {} } = templates.find(({ id }) => id === templateId) ?? standard;
  const language = chooseLanguage(acceptLanguage, ['en', ...Object.keys(translations)]);
  return (translations[language] ?? template).replaceAll('${code}', () => code);
}
