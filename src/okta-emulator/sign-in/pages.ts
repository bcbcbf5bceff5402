import { html, type Html } from '../page/html.ts';
import { asset } from '../page/assets.ts';

export function page(title: string, body: Html, head?: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Example</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${asset('sign-in.css')}">${head}
</head>
<body>
<main>
<p class="org"><svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9"/><circle cx="12" cy="12" r="3.5"/></svg>Example</p>
${body}
</main>
<footer>A stand-in for Okta, for demonstration and tests.</footer>
</body>
</html>
`.html;
}

export const problem = (text: string | undefined) =>
  text !== undefined && html`<p class="error" id="problem" role="alert">${text}</p>`;
export const wrong = (text: string | undefined) =>
  text !== undefined && html` aria-invalid="true" aria-describedby="problem"`;

export function passwordPage({ login, error }: { login: string; error?: string }): string {
  return page(
    error ? 'Error: sign in' : 'Sign in',
    html`<h1>Sign in</h1>
<p class="lead">to continue to Latchkey</p>
<form method="post">
<label for="username">Email address</label>
<input id="username" name="username" type="text" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false" required value="${login}"${login === '' && html` autofocus`}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${wrong(error)}${login !== '' && html` autofocus`}>
${problem(error)}
<button type="submit">Sign in</button>
</form>`,
  );
}

export function messagePage(title: string, text: string): string {
  return page(title, html`<h1>${title}</h1><p class="lead">${text}</p>`);
}

/** Shown for a sign-out without a valid hint. */
export function signOutPage(action: string, secret: string): string {
  return page(
    'Sign out',
    html`<h1>Sign out?</h1>
<p class="lead">You are signed in to Example. Do you want to sign out?</p>
<form method="post" action="${action}"><input type="hidden" name="xsrf" value="${secret}"><button type="submit" name="logout" value="yes">Sign out</button></form>`,
  );
}
