import { locales, sourceLocale } from '#contract/locale/locales.ts';
import type { Config } from '#bff/config/config.ts';
import { trySmtp } from '#bff/records/notifications/smtp.ts';
import { check, ConfigWarning, short, type ConfigCheck } from './config-check.ts';
import { ask } from './sign-in-checks.ts';

function emailAdvice(error: unknown, { hostname, port, protocol }: URL): string {
  const { code = '' } = error as { code?: string };
  const message = short(error);
  if (code === 'EAUTH') return 'it refuses the login: correct user and password in SMTP_URL';
  if (/self.signed|unable to (?:get|verify)|altname|expired/i.test(message))
    return 'its certificate is not valid: name the server in SMTP_URL as its certificate does, and renew it if it has expired';
  if (code === 'ETLS' || /STARTTLS/i.test(message))
    return 'it offers no STARTTLS: set SMTP_URL to smtps:// with the port that speaks TLS (mostly 465)';
  if (/wrong version number|packet length/i.test(message))
    return `port ${port || '465'} speaks no TLS at once: set SMTP_URL to smtp:// with this port`;
  if (code === 'EDNS' || /ENOTFOUND|EAI_AGAIN/.test(message))
    return `nobody knows ${hostname}: correct the host in SMTP_URL`;
  if (/ECONNREFUSED/.test(message)) return `nothing listens there: correct host and port in SMTP_URL`;
  if (/Greeting|timeout|timed? ?out|ETIMEDOUT/i.test(message))
    return `it does not answer in time: open the way to it, or correct host and port (${protocol}//…) in SMTP_URL`;
  return 'correct SMTP_URL';
}

const colorCheck = ({ color, light, dark }: NonNullable<Config['portal']['accent']>): ConfigCheck =>
  check('colour', async () => {
    const name = (accent: string, change: string) =>
      accent === color ? color : `${accent} (${change} to a contrast of 4.5:1)`;
    const [onLight, onDark] = [name(light.accent, 'darkened'), name(dark.accent, 'lightened')];
    return `BRAND_COLOR is ${color}; buttons and links are ${onLight} on light pages, and ${onDark} on dark ones`;
  });

/** The demo's phone number, which does not exist. */
const FICTION = '15550100199';

export function addressChecks({ smtpUrl, portal }: Config): ConfigCheck[] {
  const { supportPhone, supportUrl, orgName, languages } = portal.shown;
  return [
    check('email', async () => {
      if (smtpUrl === null)
        throw new Error(
          'SMTP_URL is not set: people are not notified of changes; notifications wait in the outbox. Set it to smtps://user:password@host',
        );
      const url = new URL(smtpUrl);
      const where = `${url.hostname}:${url.port || (url.protocol === 'smtps:' ? 465 : 587)}`;
      await trySmtp(smtpUrl).catch((error: unknown) => {
        throw new Error(`${where} takes no email (${short(error)}): ${emailAdvice(error, url)}`);
      });
      return `${where} answers${url.username === '' ? '' : ', and takes the login'}`;
    }),
    check('name', async () => {
      if (orgName === 'Example')
        throw new ConfigWarning('every page and email says “Example”: set ORG_NAME to the company’s name');
      return `pages and emails say “${orgName}”`;
    }),
    check('languages', async () => {
      const unread = languages.filter((one) => one !== sourceLocale && locales[one].reader === null);
      if (unread.length > 0)
        throw new ConfigWarning(
          `no speaker has read the translation into ${unread.join(', ')}: its pages say so. Have it read, or leave it out of LANGUAGES`,
        );
      return `people read ${languages.join(', ')}`;
    }),
    ...(portal.accent ? [colorCheck(portal.accent)] : []),
    check('helpdesk address', async () => {
      if (supportPhone === null && supportUrl === null)
        throw new ConfigWarning(
          'set SUPPORT_PHONE or SUPPORT_URL: the pages cannot say whom people who are locked out ask',
        );
      if (supportPhone !== null && supportPhone.replaceAll(/\D/g, '').length < 3)
        throw new Error(`SUPPORT_PHONE is ${supportPhone}, which nobody can call: set it to the helpdesk's number`);
      if (supportPhone?.replaceAll(/\D/g, '') === FICTION)
        throw new Error(
          `SUPPORT_PHONE is ${supportPhone}, the demo's, which nobody has: set it to the helpdesk's number`,
        );
      if (supportUrl?.startsWith('http')) {
        const { status } = await ask(supportUrl).catch((error: unknown) => {
          throw new ConfigWarning(
            `SUPPORT_URL cannot be opened from here (${short(error)}): open it in a browser, and correct it if that fails`,
          );
        });
        if (status === 404 || status === 410)
          throw new Error(`SUPPORT_URL answers ${status}: set it to the page that people should ask`);
      }
      return `people are sent to ${supportPhone ?? supportUrl}`;
    }),
  ];
}
