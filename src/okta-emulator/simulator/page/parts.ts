import { html, type Html } from '../../page/html.ts';
import { STEP_SECONDS } from '../../factors/totp/otp.ts';
import type { Fault } from '../faults.ts';
import type { InboxMessage } from '../../people/inbox.ts';
import type { PhoneEntry } from '../phone.ts';
import { pushesCard } from './pushes-card.ts';
import type { PushEntry } from '../pushes.ts';
import type { LoggedRequest } from '../requests.ts';
import { tokensCard } from './tokens-card.ts';
import type { TokenEntry } from '../tokens.ts';

export type SimulatorView = {
  now: string;
  /** Seconds. */
  moved: number;
  people: { login: string; name: string; status: string }[];
  user: string;
  status: string;
  phone: PhoneEntry[];
  tokens: TokenEntry[];
  pushes: PushEntry[];
  messages: InboxMessage[];
  faults: Fault[];
  requests: LoggedRequest[];
};

const apps: Record<string, string> = { GOOGLE: 'Authenticator app', OKTA: 'Okta Verify' };
const clock = (iso: string) => iso.slice(11, 19);
const moment = (iso: string) => html`<time datetime="${iso}">${iso.slice(0, 10)} ${clock(iso)} UTC</time>`;

function people({ people: all, user }: SimulatorView): Html {
  return html`${all.map(
    ({ login, name, status }) =>
      html`<a href="/simulator?user=${encodeURIComponent(login)}" id="person-${login}"${login === user && html` aria-current="page"`}>${name}${
        status !== 'ACTIVE' && html` <span class="tag">${status.toLowerCase().replace('_', ' ')}</span>`
      }</a>`,
  )}`;
}

function entry({ factorId, provider, status, code, used }: PhoneEntry): Html {
  const spaced = `${code.slice(0, 3)} ${code.slice(3)}`;
  return html`<li>
<p class="app">${apps[provider] ?? provider} ${status !== 'ACTIVE' && html`<span class="tag">pending</span>`}</p>
<button type="button" class="code" id="code-${factorId}" data-copy="${code}"${used && html` data-used`}><span class="digits">${spaced}</span><span class="do">Copy</span></button>
<p class="note">${used ? 'Used. Wait for the next one.' : html`<span class="mono">${factorId}</span>`}</p>
</li>`;
}

function copyButton({ id, code }: Pick<InboxMessage, 'id' | 'code'>): Html | false {
  return (
    code !== null &&
    html`<button type="button" class="copy" id="copy-${id}" data-copy="${code}"><span class="digits">${code}</span><span class="do">Copy</span></button>`
  );
}

function call(message: InboxMessage): Html {
  const { channel, to, text, at } = message;
  return html`<li>
<p class="meta"><span>${channel === 'sms' ? 'Text message' : 'Call'} to <span class="mono">${to}</span></span>${moment(at)}</p>
<p class="${channel === 'sms' ? 'text' : 'text spoken'}">${text}</p>
${copyButton(message)}
</li>`;
}

function phone({ phone: entries, tokens, messages }: SimulatorView): Html {
  const calls = messages.filter(({ channel }) => channel !== 'email');
  if (entries.length + calls.length + tokens.length === 0) {
    return html`<p class="empty">Nothing on this phone yet. Add an authenticator app or a phone number in the portal, and its codes appear here.</p>`;
  }
  return html`${entries.length > 0 && html`<ul>${entries.map(entry)}</ul>`}${tokensCard(tokens)}${calls.length > 0 && html`<h3>Texts and calls</h3><ul>${calls.map(call)}</ul>`}`;
}

function mail(message: InboxMessage): Html {
  const { id, to, text, at } = message;
  const [subject = '', ...rest] = text.split('\n');
  return html`<li>
<p class="meta"><span>to ${to}</span>${moment(at)}</p>
<details id="message-${id}"><summary>${subject || '(no subject)'}</summary><p class="text">${rest.join('\n').trim()}</p></details>
${copyButton(message)}
</li>`;
}

function inbox({ messages }: SimulatorView): Html {
  const mails = messages.filter(({ channel }) => channel === 'email');
  if (mails.length === 0) return html`<p class="empty">No email yet. Notifications and codes arrive here.</p>`;
  return html`<ul>${mails.map(mail)}</ul>`;
}

function time({ now, moved }: SimulatorView): Html {
  return html`<p>${moment(now)}${moved > 0 && html` <span class="tag">moved ${moved.toLocaleString('en')} s ahead</span>`}</p>`;
}

function person({ status, user }: SimulatorView): Html {
  const set = (to: string, label: string) =>
    to !== status &&
    html`<button type="button" id="status-${to}" data-status="${to}" data-user="${user}">${label}</button>`;
  return html`<p>${user} is <strong>${status.toLowerCase().replace('_', ' ')}</strong>.</p>
<p class="row">${set('ACTIVE', 'Activate')}${set('SUSPENDED', 'Suspend')}${set('LOCKED_OUT', 'Lock')}${set('DEPROVISIONED', 'Deactivate')}</p>
<p class="row"><button type="button" id="clear-sessions" data-clear-sessions data-user="${user}">End sessions, and sign out of apps</button></p>`;
}

function faults({ faults: pending }: SimulatorView): Html {
  if (pending.length === 0) return html`<p class="empty">None.</p>`;
  return html`<ul>${pending.map(({ match, times, status, cut }) => html`<li class="mono">${match} · ${times}× · ${cut ? `cut ${cut}` : (status ?? 'delay')}</li>`)}</ul>
<p class="row"><button type="button" id="clear-faults" data-clear-faults>Clear</button></p>`;
}

function requests({ requests: recorded }: SimulatorView): Html {
  if (recorded.length === 0) return html`<p class="empty">Nothing yet.</p>`;
  return html`<ol>${recorded.map(
    ({ method, path, status, at }) =>
      html`<li><span>${clock(at)}</span> <span data-kind="${Math.floor(status / 100)}">${status || 'cut'}</span> <span>${method} ${path}</span></li>`,
  )}</ol>`;
}

const pushes = (view: SimulatorView): Html => pushesCard(view.pushes);

const parts = { people, pushes, phone, inbox, time, person, faults, requests };

/** Keys are element ids. */
export function simulatorParts(view: SimulatorView): Record<keyof typeof parts, Html> {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part(view)])) as Record<
    keyof typeof parts,
    Html
  >;
}

export function secondsLeft({ now }: Pick<SimulatorView, 'now'>): number {
  return STEP_SECONDS - (Math.floor(Date.parse(now) / 1000) % STEP_SECONDS);
}
