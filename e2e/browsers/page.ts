import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Driver } from './driver.ts';

const axeSource = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** Milliseconds. */
const PATIENCE = 30_000;
const PAUSE = 100;

const selectors = {
  link: 'a[href]',
  button: 'button, input[type=submit], summary',
  heading: 'h1',
  text: 'main p, main h2, .note-head, [role=status]',
} as const;
type Role = keyof typeof selectors;

/** The visible element, hydrated if React renders it. */
const elementOf = (role: Role, name: RegExp): string => `
  [...document.querySelectorAll(${JSON.stringify(selectors[role])})].find((element) => {
    const box = element.getBoundingClientRect();
    const said = element.getAttribute('aria-label') ?? (element.value || element.textContent);
    return box.width > 0 && ${String(name)}.test(said.replace(/\\s+/g, ' ').trim());
  })`;
const fieldOf = (label: string): string => `
  [...document.querySelectorAll('label')].find(({ textContent }) => textContent.trim() === ${JSON.stringify(label)})
    ?.control`;

const isAlive = `
  (() => {
    if (document.readyState !== 'complete') return false;
    const root = document.getElementById('root');
    if (!root) return true;
    const key = Object.keys(root).find((one) => one.startsWith('__reactContainer$'));
    return key !== undefined && root[key].stateNode.current.memoizedState.isDehydrated === false;
  })()`;

export type BrowserPage = ReturnType<typeof pageOf>;

export function pageOf(driver: Driver) {
  /** A page that is being replaced cannot answer. */
  async function until(expression: string, what: string): Promise<void> {
    let failure: unknown;
    for (const end = Date.now() + PATIENCE; Date.now() < end;) {
      try {
        if (await driver.evaluate<boolean>(`Boolean(${expression})`)) return;
        failure = undefined;
      } catch (error) {
        failure = error;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    const seen = await driver.evaluate<string>('document.body.innerText').catch(() => '');
    throw new Error(`${driver.name}: no ${what}${failure ? ` (${String(failure)})` : ''}, but:\n${seen}`);
  }

  async function pressAt(element: string, what: string): Promise<void> {
    await until(`${isAlive} && ${element}`, what);
    const place = await driver.evaluate<{ x: number; y: number }>(`(() => {
      const element = ${element};
      element.scrollIntoView({ block: 'center' });
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
    })()`);
    await driver.perform([
      {
        type: 'pointer',
        id: 'mouse',
        parameters: { pointerType: 'mouse' },
        actions: [
          { type: 'pointerMove', ...place },
          { type: 'pointerDown', button: 0 },
          { type: 'pointerUp', button: 0 },
        ],
      },
    ]);
  }

  return {
    driver,
    until,
    open: async (url: string): Promise<void> => {
      await driver.open(url);
      await until(isAlive, 'page that is ready');
    },
    sees: (role: Role, name: RegExp): Promise<void> => until(elementOf(role, name), `${role} ${String(name)}`),
    press: (role: Role, name: RegExp): Promise<void> => pressAt(elementOf(role, name), `${role} ${String(name)}`),

    async enter(label: string, text: string): Promise<void> {
      await pressAt(fieldOf(label), `field ${label}`);
      const actions = [...text].flatMap((value) => [
        { type: 'keyDown', value },
        { type: 'keyUp', value },
      ]);
      await driver.perform([{ type: 'key', id: 'keyboard', actions }]);
      await until(`${fieldOf(label)}?.value === ${JSON.stringify(text)}`, `${text.length} characters in ${label}`);
    },

    async expectAccessible(state: string): Promise<void> {
      await driver.evaluate(`(() => { if (!('axe' in globalThis)) { ${axeSource} } })()`);
      const found = await driver.evaluate<string[]>(`
        axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
          violations.map(({ id, help, nodes }) => id + ': ' + help + ' ' + nodes.map(({ html }) => html).join(' ')))`);
      if (found.length > 0) throw new Error(`${driver.name}: axe finds in “${state}”:\n${found.join('\n')}`);
    },
  };
}
