import type { Company } from '../template.ts';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export function downPage({ orgName, phone, url, hours }: Company): string {
  const ways = [
    ...(phone === null ? [] : [escaped(phone)]),
    ...(url === null ? [] : [`<a href="${escaped(url)}">${escaped(url)}</a>`]),
  ].join(' · ');
  const helpdesk = ways && `<p>Helpdesk: ${ways}${hours === null ? '' : ` (${escaped(hours)})`}</p>\n`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Not available just now · ${escaped(orgName)}</title>
<h1>This page isn’t available just now</h1>
<p>You manage here how you sign in at ${escaped(orgName)}. What you sign in with works as before. If you changed something
a moment ago, look again later: the change may have worked.</p>
<p><a href="/">Try again</a></p>
${helpdesk}</html>
`;
}
