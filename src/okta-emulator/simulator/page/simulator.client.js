// Browsers run this file without a build.

/** @param {string} id */
function place(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no ${id}`);
  return element;
}

let hideTimer = 0;

/** @param {string} message */
function showStatus(message) {
  place('said').textContent = message;
  clearTimeout(hideTimer);
  hideTimer = window.setTimeout(() => {
    place('said').textContent = '';
  }, 2500);
}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 */
function request(path, init) {
  // oxlint-disable-next-line no-restricted-globals -- the emulator's page calls the emulator, without the portal's client.
  return fetch(path, init);
}

/**
 * Keeps the focus and opened messages.
 * @param {Document} freshPage
 * @param {string} name
 */
function takeOver(freshPage, name) {
  const part = place(name);
  const fresh = freshPage.getElementById(name);
  if (!fresh) return;
  for (const { id } of part.querySelectorAll('details[open]')) freshPage.getElementById(id)?.setAttribute('open', '');
  if (part.isEqualNode(fresh)) return;
  const active = document.activeElement;
  const focused = active && part.contains(active) ? active.id : '';
  part.replaceChildren(...fresh.childNodes);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function refresh() {
  try {
    const answer = await request(`/simulator?user=${encodeURIComponent(document.body.dataset.user ?? '')}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const freshPage = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const name of ['people', 'left', 'pushes', 'phone', 'inbox', 'time', 'person', 'faults', 'requests'])
      takeOver(freshPage, name);
    place('bar').setAttribute('value', freshPage.getElementById('bar')?.getAttribute('value') ?? '0');
    document.body.removeAttribute('data-gone');
  } catch {
    document.body.setAttribute('data-gone', '');
    place('left').textContent = 'unreachable';
  }
}

/**
 * @param {string} path
 * @param {object | undefined} body
 * @param {string} message shown on success
 * @param {'POST' | 'DELETE'} method
 */
async function send(path, body, message, method = 'POST') {
  const json = method === 'POST' ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {};
  const answer = await request(`/simulator/api/${path}`, { method, ...json }).catch(() => undefined);
  showStatus(answer?.ok ? message : 'That did not work.');
  await refresh();
}

/** @param {string} text */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    showStatus('Copied');
  } catch {
    showStatus('This browser does not allow copying.');
  }
}

/**
 * The button names its push or enrollment, so that no newer one is answered.
 * @param {DOMStringMap} data
 */
function answer({ push, factor, transaction, number }) {
  const user = document.body.dataset.user;
  const action = {
    user,
    answer: push,
    factorId: factor,
    transactionId: transaction,
    ...(number !== undefined && { number: Number(number) }),
  };
  return send('push', action, push === 'enroll' ? 'Okta Verify is set up' : 'Answered');
}

/** @param {HTMLButtonElement} button */
async function handleButton(button) {
  const { copy, advance, status, user, reset, clearFaults, clearSessions } = button.dataset;
  if (copy !== undefined) await copyText(copy);
  else if (button.dataset.push !== undefined) await answer(button.dataset);
  else if (advance !== undefined) await send('clock', { advanceSeconds: Number(advance) }, 'Time moved');
  else if (status !== undefined) await send(`users/${encodeURIComponent(user ?? '')}`, { status }, 'Changed');
  else if (clearSessions !== undefined)
    await send(`users/${encodeURIComponent(user ?? '')}/clear-sessions`, {}, 'Sessions ended');
  else if (clearFaults !== undefined) await send('faults', undefined, 'Cleared', 'DELETE');
  else if (reset !== undefined && confirm('Reset the org?')) await send('reset', {}, 'Reset');
}

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element && event.target.closest('button');
  if (button) void handleButton(button);
});

setInterval(() => {
  if (!document.hidden) void refresh();
}, 1000);
document.addEventListener('visibilitychange', () => void refresh());
void refresh();
