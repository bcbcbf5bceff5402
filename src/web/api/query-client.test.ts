import type { MutationOptions } from '@tanstack/react-query';
import { expect, it } from 'vitest';

it('compiles with the marks that a change may have, and no other', () => {
  const marks: MutationOptions['meta'][] = [
    { closesPage: true },
    { changes: false },
    // @ts-expect-error a misspelled mark
    { closePage: true },
    // @ts-expect-error the default, which no change needs to name
    { changes: true },
  ];
  expect(marks).toHaveLength(4);
});
