// @vitest-environment node
import { describe, expect, it, vi } from 'vitest';
import { oneTab, type Surroundings } from './one-tab.ts';

class Page extends EventTarget {
  visibilityState: DocumentVisibilityState = 'visible';
  show(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}
const allTurns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function tab(locks: Surroundings['locks'], name = 'n') {
  const page = new Page();
  const turns: boolean[] = [];
  const stop = oneTab(name, (ours) => turns.push(ours), { locks, page: page as never });
  return { page, turns, stop, ours: () => turns.at(-1) ?? false };
}

describe('tabs with locks', () => {
  // Node implements the Web Locks API, too.
  const { locks } = navigator;

  it('take turns', async () => {
    const one = tab(locks);
    const other = tab(locks);
    await allTurns();
    expect([one.ours(), other.ours()]).toEqual([true, false]);
    one.stop();
    await allTurns();
    expect([one.ours(), other.ours()]).toEqual([false, true]);
    other.stop();
  });

  it('give the turn to the visible one', async () => {
    const one = tab(locks, 'looked');
    const other = tab(locks, 'looked');
    await allTurns();
    one.page.show('hidden');
    await allTurns();
    expect([one.ours(), other.ours()]).toEqual([false, true]);
    one.page.show('visible');
    await allTurns();
    expect([one.ours(), other.ours()]).toEqual([false, true]);
    other.page.show('hidden');
    await allTurns();
    expect([one.ours(), other.ours()]).toEqual([true, false]);
    one.stop();
    other.stop();
  });

  it('have no turn while hidden, nor after stopping', async () => {
    const one = tab(locks, 'hidden');
    one.page.show('hidden');
    one.stop();
    one.page.show('visible');
    await allTurns();
    expect(one.turns.includes(true)).toBe(false);
  });
});

describe('tabs without locks', () => {
  it('have a turn each', () => {
    const one = tab(undefined);
    const other = tab(undefined);
    expect([one.ours(), other.ours()]).toEqual([true, true]);
    one.page.show('hidden');
    expect(one.ours()).toBe(false);
  });

  it('have one too where locks are forbidden', async () => {
    const request = vi.fn<() => Promise<never>>(() => Promise.reject(new DOMException('no', 'SecurityError')));
    const one = tab({ request } as never);
    await allTurns();
    expect(one.ours()).toBe(true);
  });
});
