// @vitest-environment node
import { expect, test } from 'vitest';
import { factorKinds } from '#contract/kinds.ts';
import { pages } from '../../app/pages.ts';
import { sourceLocale } from '#contract/locale/locales.ts';
import { createTranslate } from '../../i18n/translate.tsx';
import { getFactorUi, factorUis } from './factor-ui.ts';
import { getFactorVerification } from './factor-verification.ts';

const translate = createTranslate(sourceLocale);

test('has an entry for every kind of the contract, and no other', () => {
  expect(Object.keys(factorUis).toSorted()).toEqual([...factorKinds].toSorted());
});

test.each(Object.entries(factorUis))('%s: all its messages exist', (_, factorUi) => {
  for (const id of [
    factorUi.name,
    factorUi.description,
    getFactorVerification(factorUi.kind).prompt,
    `remove.effect.${factorUi.kind}` as const,
  ]) {
    expect(translate(id)).not.toBe(id);
    expect(translate(id)).not.toBe('');
  }
});

test.each(Object.entries(factorUis).filter(([, { enroll }]) => enroll))(
  '%s has its own enroll module',
  async (kind, factorUi) => {
    const { path, title } = factorUi.enroll!;
    const { load, source = '' } = pages.find((page) => page.path === path)!;
    expect(path).toBe(`/add/${kind}`);
    const modules = import.meta.glob('../../features/factors/kinds/*/enroll.tsx');
    const file = source.replace('src/web/', '../../');
    expect(Object.keys(modules)).toContain(file);
    expect((await load()).default).toBe(((await modules[file]!()) as { default: unknown }).default);
    expect(translate(title)).not.toBe(title);
  },
);

test('shows an unknown kind as unknown, also one named like an object’s property', () => {
  for (const kind of ['smoke-signal', 'toString', '__proto__', '']) expect(getFactorUi(kind)).toBe(factorUis.unknown);
});
