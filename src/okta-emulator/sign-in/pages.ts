import { html } from '../page/html.ts';
import type { Html } from '../page/html.ts';
import { asset } from '../page/assets.ts';

/** One of the sign-in's pages. `head` is what this one needs besides. */
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

/** What is wrong with what was typed, said aloud. */
export const problem = (text: string | undefined) =>
  text !== undefined && html`<p class="error" id="problem" role="alert">${text}</p>`;
/** Marks the field that it is wrong in. */
export const wrong = (text: string | undefined) =>
  text !== undefined && html` aria-invalid="true" aria-describedby="problem"`;

/** The form for login and password. It posts to its own address. `error` stands beside the password. */
export function passwordPage({ login, error }: { login: string; error?: string }): string {
  return page(
    error ? 'Error: sign in' : 'Sign in',
    html`<h1>Sign in</h1>
<p class="lead">to go on to Latchkey</p>
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

/** A page that only says something. */
export function messagePage(title: string, text: string): string {
  return page(title, html`<h1>${title}</h1><p class="lead">${text}</p>`);
}

/**
 * Asks before signing somebody out whom the request could not name. `form` is oidc-provider's own, without a button.
 */
export function signOutPage(action: string, secret: string): string {
  return page(
    'Sign out',
    html`<h1>Sign out?</h1>
<p class="lead">You are signed in to Example. Do you want to sign out?</p>
<form method="post" action="${action}"><input type="hidden" name="xsrf" value="${secret}"><button type="submit" name="logout" value="yes">Sign out</button></form>`,
  );
}
