import { addAndRemove } from '../fixtures/add-and-remove.ts';
import { findEnglish } from '../fixtures/english.ts';
import { expect, heading, link, open, people, test } from '../fixtures/index.ts';
import { say } from '../fixtures/words.ts';

/** The end of the email's text, after its values. */
const removal = (): string => say('emails.removed.text', { device: 'none', when: '', method: '' }).slice(-20);

// The test goes from the first app to the email about its removal.
for (const locale of ['ar', 'ja'] as const)
  test.describe(locale, () => {
    test.use({ locale, serverOptions: { env: { LANGUAGES: `${locale},en` } } });

    test('first app, removal and email', async ({ page, server, simulator }) => {
      await addAndRemove(page, { server, simulator });
      await expect(async () => {
        const emails = (await simulator.messages(people.ada)).filter(({ channel }) => channel === 'email');
        const removed = emails.find(({ text }) => text.includes(removal()));
        expect(removed, JSON.stringify(emails)).toBeDefined();
        for (const id of [
          'emails.nothing_to_do',
          'emails.never_password',
          'emails.never_read_out',
          'emails.freeze',
        ] as const)
          expect(removed!.text).toContain(say(id));
        expect(findEnglish(removed!.text.split('\n'))).toEqual([]);
      }).toPass();
      await open(page, '/get-help');
      await expect(heading(page, say('get-help.title'))).toBeVisible();
      await link(page, 'English').click();
      await expect(heading(page, 'If you can’t get in')).toBeVisible();
      await expect(page.locator('html')).toHaveAttribute('dir', 'ltr');
    });
  });
