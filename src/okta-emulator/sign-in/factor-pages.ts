import { asset } from '../page/assets.ts';
import { html, type Html } from '../page/html.ts';
import type { Chosen } from './factor-step.ts';
import { page, problem, wrong } from './pages.ts';
import type { SignInOption } from './options.ts';

type Shown = {
  login: string;
  option: SignInOption;
  others: boolean;
  chosen: Chosen | undefined;
  rpId: string | undefined;
  error?: string;
};

const form = (body: Html): Html => html`<form method="post">${body}</form>`;

const choice = (option: Pick<SignInOption, 'id'>, text: string, quiet = false): Html =>
  form(html`<button type="submit"${quiet && html` class="quiet"`} name="option" value="${option.id}">${text}</button>`);

/** A YubiKey types 44 characters. */
const codeForm = (error: string | undefined): Html =>
  form(html`<label for="passCode">Code</label>
<input class="code" id="passCode" name="passCode" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="64" required autofocus${wrong(error)}>
${problem(error)}
<button type="submit">Continue</button>`);

type View = { title: string; body: Html; head?: Html };

const views: Record<SignInOption['kind'], (shown: Shown) => View> = {
  code: ({ login, error }) => ({
    title: 'Enter your code',
    body: html`<p class="lead">Open your authenticator app or use your token, and enter the code it shows for <strong>${login}</strong>.</p>${codeForm(error)}`,
  }),
  sent: ({ option, chosen, error }) =>
    chosen?.sent
      ? {
          title: 'Enter your code',
          body: html`<p class="lead">${option.title} was sent. Enter its code.</p>${codeForm(error)}${choice(option, 'Send another', true)}`,
        }
      : {
          title: 'Get a code',
          body: html`<p class="lead">${option.title} will give you a code.</p>${problem(error)}${choice(option, 'Send a code')}`,
        },
  answer: ({ option, error }) => ({
    title: 'Answer your question',
    body: form(html`<label for="answer">${option.title}</label>
<input id="answer" name="answer" type="password" autocomplete="off" required autofocus${wrong(error)}>
${problem(error)}
<button type="submit">Continue</button>`),
  }),
  push: ({ option, chosen, error }) =>
    chosen?.transactionId === undefined
      ? {
          title: 'Approve on your phone',
          body: html`<p class="lead">${option.title} will ask you to approve the sign-in.</p>${problem(error)}${choice(option, 'Send a push')}`,
        }
      : {
          title: 'Check your phone',
          // The page reloads itself without a script.
          head: html`<meta http-equiv="refresh" content="3">`,
          body: html`<p class="lead">Approve the sign-in on your phone. This page continues automatically.</p>${choice(option, 'Send another', true)}`,
        },
  key: ({ option, chosen, rpId, error }) => {
    if (chosen?.challenge === undefined) {
      return {
        title: 'Use your key',
        body: html`<p class="lead">You need your security key, or the device that has your passkey.</p>${problem(error)}${choice(option, 'Continue')}`,
      };
    }
    const ids = option.rows.map(({ profile }) => (JSON.parse(profile) as { credentialId: string }).credentialId);
    return {
      title: 'Use your key',
      head: html`<script type="module" src="${asset('key.js')}"></script>`,
      body: html`<p class="lead">Follow the instructions of your browser.</p>
<noscript><p class="error">A key needs JavaScript. Turn it on, or use another method.</p></noscript>
<p class="error" id="key-problem" role="alert" hidden>The key did not answer. Try again.</p>
<form method="post" id="key" data-challenge="${chosen.challenge}" data-ids="${ids.join(' ')}"${rpId !== undefined && html` data-rp-id="${rpId}"`}>
<input type="hidden" name="clientData"><input type="hidden" name="authenticatorData"><input type="hidden" name="signatureData">
</form>
${choice(option, 'Try again', true)}`,
    };
  },
};

export function factorPage(shown: Shown): string {
  const { title, body, head } = views[shown.option.kind](shown);
  const others = shown.others && choice({ id: 'choose' }, 'Use another way', true);
  return page(
    shown.error === undefined ? title : `Error: ${title.toLowerCase()}`,
    html`<h1>${title}</h1>${body}${others}`,
    head,
  );
}

export function choosePage({
  login,
  signInOptions,
}: {
  login: string;
  signInOptions: readonly SignInOption[];
}): string {
  const buttons = signInOptions.map(
    (option) =>
      html`<li><button type="submit" class="quiet" name="option" value="${option.id}">${option.title}</button></li>`,
  );
  return page(
    'Choose how to continue',
    html`<h1>Choose how to continue</h1><p class="lead">to verify that you are <strong>${login}</strong></p>${form(html`<ul class="ways">${buttons}</ul>`)}`,
  );
}
