// @vitest-environment node
import { expect, test } from 'vitest';
import { factorKinds } from '#contract/kinds.ts';
import { translate } from '../i18n/translate.tsx';
import { faceOf, faces } from './registry.ts';

test('every kind of the contract has a face, and no other has', () => {
  expect(Object.keys(faces).toSorted()).toEqual([...factorKinds].toSorted());
});

test.each(Object.entries(faces))('%s: all it says has words', (_, face) => {
  for (const id of [face.name, face.about, face.use, face.gone]) {
    expect(translate(id)).not.toBe(id);
    expect(translate(id)).not.toBe('');
  }
});

test.each(Object.entries(faces).filter(([, { enroll }]) => enroll))(
  '%s is added by its own module',
  async (kind, face) => {
    const { path, source, load, title } = face.enroll!;
    expect(path).toBe(`/add/${kind}`);
    const modules = import.meta.glob('./*/enroll.tsx');
    const file = source.replace('src/web/factors/', './');
    expect(Object.keys(modules)).toContain(file);
    expect((await load()).default).toBe(((await modules[file]!()) as { default: unknown }).default);
    // Its words come with it.
    expect(translate(title)).not.toBe(title);
  },
);

test('a kind that this page does not know is shown as unknown, also one named like a property of every object', () => {
  for (const kind of ['smoke-signal', 'toString', '__proto__', '']) expect(faceOf(kind)).toBe(faces.unknown);
});
