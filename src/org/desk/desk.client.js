// Keeps the desk's page up to date: once a second it takes over whatever part has changed. Runs in the browser as it is.

/** @param {string} id */
function place(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no ${id}`);
  return element;
}

/** @type {Map<string, string>} */
const shown = new Map();
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
 * Focus and opened messages survive a part's replacement.
 * @param {string} name
 * @param {string} html
 */
function show(name, html) {
  if (shown.get(name) === html) return;
  shown.set(name, html);
  const part = place(name);
  const active = document.activeElement;
  const focused = active && part.contains(active) ? active.id : '';
  const open = [...part.querySelectorAll('details[open]')].map((element) => element.id);
  part.innerHTML = html;
  for (const id of open) document.getElementById(id)?.setAttribute('open', '');
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function refresh() {
  try {
    const answer = await fetch(`/desk/parts?user=${encodeURIComponent(document.body.dataset.user ?? '')}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const { left, parts } = await answer.json();
    place('left').textContent = `${left} s`;
    place('bar').setAttribute('value', left);
    for (const [name, html] of Object.entries(parts)) show(name, html);
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
  const answer = await fetch(`/desk/api/${path}`, { method, ...json }).catch(() => undefined);
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

document.addEventListener('click', async (event) => {
  const button = event.target instanceof Element && event.target.closest('button');
  if (!button) return;
  const { copy, advance, status, user, reset, clearFaults } = button.dataset;
  if (copy !== undefined) await copyText(copy);
  else if (advance !== undefined) await send('clock', { advanceSeconds: Number(advance) }, 'Time moved');
  else if (status !== undefined) await send(`users/${encodeURIComponent(user ?? '')}`, { status }, 'Changed');
  else if (clearFaults !== undefined) await send('faults', undefined, 'Cleared', 'DELETE');
  else if (reset !== undefined && confirm('Put everything back to the first day?')) await send('reset', {}, 'As on the first day');
});

setInterval(() => {
  if (!document.hidden) void refresh();
}, 1000);
document.addEventListener('visibilitychange', () => void refresh());
void refresh();
