// Keeps the simulator's page up to date: once a second it takes over whatever part has changed. Runs in the browser as it
// is.

/** @param {string} id */
function place(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no ${id}`);
  return element;
}

let hush = 0;

/** @param {string} words */
function say(words) {
  place('said').textContent = words;
  clearTimeout(hush);
  hush = window.setTimeout(() => {
    place('said').textContent = '';
  }, 2500);
}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 */
function ask(path, init) {
  // oxlint-disable-next-line no-restricted-globals -- a page of the org's asks the org: the portal's client is another module's.
  return fetch(path, init);
}

/**
 * Takes over one part of the page as the org would draw it now. Focus and opened messages stay.
 * @param {Document} drawn
 * @param {string} name
 */
function takeOver(drawn, name) {
  const part = place(name);
  const fresh = drawn.getElementById(name);
  if (!fresh) return;
  for (const { id } of part.querySelectorAll('details[open]')) drawn.getElementById(id)?.setAttribute('open', '');
  if (part.isEqualNode(fresh)) return;
  const active = document.activeElement;
  const focused = active && part.contains(active) ? active.id : '';
  part.replaceChildren(...fresh.childNodes);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function refresh() {
  try {
    const answer = await ask(`/simulator?user=${encodeURIComponent(document.body.dataset.user ?? '')}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const drawn = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const name of ['people', 'left', 'pushes', 'phone', 'inbox', 'time', 'person', 'faults', 'requests'])
      takeOver(drawn, name);
    place('bar').setAttribute('value', drawn.getElementById('bar')?.getAttribute('value') ?? '0');
    document.body.removeAttribute('data-gone');
  } catch {
    document.body.setAttribute('data-gone', '');
    place('left').textContent = 'not reached';
  }
}

/**
 * @param {string} path
 * @param {object | undefined} body
 * @param {string} words said when it worked
 * @param {'POST' | 'DELETE'} method
 */
async function send(path, body, words, method = 'POST') {
  const json = method === 'POST' ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {};
  const answer = await ask(`/simulator/api/${path}`, { method, ...json }).catch(() => undefined);
  say(answer?.ok ? words : 'That did not work.');
  await refresh();
}

/** @param {string} text */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    say('Copied');
  } catch {
    say('This browser does not let the page copy.');
  }
}

/**
 * Answers as the person's Okta Verify. Which push or set-up it is stands in the button, so that a newer one is never
 * meant.
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
async function press(button) {
  const { copy, advance, status, user, reset, clearFaults, clearSessions } = button.dataset;
  if (copy !== undefined) await copyText(copy);
  else if (button.dataset.push !== undefined) await answer(button.dataset);
  else if (advance !== undefined) await send('clock', { advanceSeconds: Number(advance) }, 'Time moved');
  else if (status !== undefined) await send(`users/${encodeURIComponent(user ?? '')}`, { status }, 'Changed');
  else if (clearSessions !== undefined)
    await send(`users/${encodeURIComponent(user ?? '')}/clear-sessions`, {}, 'Sessions ended');
  else if (clearFaults !== undefined) await send('faults', undefined, 'Cleared', 'DELETE');
  else if (reset !== undefined && confirm('Put everything back to the first day?'))
    await send('reset', {}, 'As on the first day');
}

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element && event.target.closest('button');
  if (button) void press(button);
});

setInterval(() => {
  if (!document.hidden) void refresh();
}, 1000);
document.addEventListener('visibilitychange', () => void refresh());
void refresh();
