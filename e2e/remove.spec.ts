import { addAndRemove } from './fixtures/add-and-remove.ts';
import { test } from './fixtures/index.ts';

test('adds the second app after a step-up with the first, then removes the first with the second', async ({
  page,
  server,
  simulator,
}) => {
  await addAndRemove(page, { server, simulator });
});

test.describe('in a language that runs from right to left', () => {
  test.use({ locale: 'ar-XB', serverOptions: { env: { LANGUAGES: 'en,ar-XB' } } });

  test('the same by names that no English sentence has', async ({ page, server, simulator }) => {
    await addAndRemove(page, { server, simulator });
  });
});
