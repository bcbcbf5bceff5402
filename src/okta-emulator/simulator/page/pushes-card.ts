import { html, type Html } from '../../page/html.ts';
import type { PushEntry } from '../pushes.ts';

type ApprovalEntry = Extract<PushEntry, { asks: 'approve' }>;

const until = (iso: string) => html`<p class="note">Until <time datetime="${iso}">${iso.slice(11, 19)} UTC</time></p>`;

function answers({ transactionId, numbers }: ApprovalEntry): Html {
  const deny = html`<button type="button" class="danger" id="deny-${transactionId}" data-push="deny" data-transaction="${transactionId}">Deny</button>`;
  if (numbers.length === 0) {
    return html`<p class="row"><button type="button" id="approve-${transactionId}" data-push="approve" data-transaction="${transactionId}">Approve</button>${deny}</p>`;
  }
  return html`<p>Which number does the sign-in page show?</p>
<p class="row">${numbers.map(
    (number) =>
      html`<button type="button" class="number" id="number-${number}-${transactionId}" data-push="approve" data-transaction="${transactionId}" data-number="${number}">${number}</button>`,
  )}${deny}</p>`;
}

function entry(push: PushEntry): Html {
  if (push.asks === 'enroll') {
    return html`<li>
<p class="app">Set up Okta Verify</p>
<p class="note">Simulates a phone that has scanned the QR code.</p>
<p class="row"><button type="button" id="enroll-${push.factorId}" data-push="enroll" data-factor="${push.factorId}">Enroll</button></p>
${until(push.expiresAt)}
</li>`;
  }
  return html`<li>
<p class="app">Approve this sign-in?</p>
<p class="note">${push.userAgent}${push.address !== null && html`<br>from ${push.address}`}</p>
${answers(push)}
${until(push.expiresAt)}
</li>`;
}

export function pushesCard(pushes: readonly PushEntry[]): Html {
  if (pushes.length === 0) return html``;
  return html`<h3>Okta Verify</h3><ul>${pushes.map(entry)}</ul>`;
}
