import { pressAdd, stepUpAtOkta } from '../fixtures/actions.ts';
import { expect, signIn, test } from '../fixtures/index.ts';

const onlyOne = 'helpdesk@example.com';
const stepUp = { name: 'First, verify it’s you' };

test('[X2] steps up at Okta while adding, and it continues', async ({ page, server }) => {
  await signIn(page, server, onlyOne);
  await pressAdd(page, 'Okta Verify');
  await expect(page.getByRole('heading', stepUp)).toBeVisible();
  await stepUpAtOkta(page, server, 'Authenticator app', onlyOne);
  await expect(page.getByText('Scan this with your app')).toBeVisible();
});
