// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { render } from '../testing/render.ts';
import { detail, home, pageRequest, settings, totp, unfinished } from '../testing/person.ts';

const shown = (html: string): string => html.split('<script type="application/json"')[0]!;
const frozenHome = { ...home, session: { ...home.session, frozen: true } };
const frozen = { answers: { home: frozenHome } };
const page = async (url: string, options: Parameters<typeof pageRequest>[1] = {}): Promise<string> =>
  shown((await render(pageRequest(url, options))).html);
/** What the server refuses to frozen people: adding, activating, naming, removing, discarding. */
const refused =
  /href="\/add|\/remove"|\/activate"|Show the QR code|Send the code|Rename|Discard|Start over|First, verify it|name="passCode"/;

describe('somebody whose changes are frozen', () => {
  test.each(['/', '/add', '/add/totp', '/add/sms', `/methods/${totp.id}`, `/methods/${totp.id}/remove`])(
    '%s offers nothing that is refused, and says what to do',
    async (url) => {
      expect(await page(url)).toMatch(refused);
      const html = await page(url, frozen);
      expect(html).not.toMatch(refused);
      expect(html).toContain('Changes are frozen');
      expect(html).toContain(`href="${settings.oktaSettingsUrl}"`);
      expect(html).toContain('href="/get-help"');
    },
  );

  test.each([`/methods/${unfinished.id}`, `/methods/${unfinished.id}/activate`])(
    '%s does not offer to finish an enrollment',
    async (url) => {
      const enrollment = { how: 'secret', expiresAt: home.session.endsAt } as const;
      const open = { ...detail, factor: unfinished, enrollment } as typeof detail;
      expect(await page(url, { answers: { detail: open } })).toMatch(refused);
      const html = await page(url, { answers: { ...frozen.answers, detail: open } });
      expect(html).not.toMatch(refused);
      expect(html).toContain('Changes are frozen');
    },
  );

  test('says to change the password also where no address of Okta is set', async () => {
    const html = await page('/', { ...frozen, settings: { ...settings, oktaSettingsUrl: null } });
    expect(html).toContain('change it at Okta now');
  });
});

describe('whoever cannot get in', () => {
  const signedOut = { signedIn: false };

  test.each(['/', '/sessions', '/signed-out', '/frozen'])('is led from %s to help', async (url) => {
    expect(await page(url, signedOut)).toContain('href="/get-help"');
  });

  test.each(['/', '/sessions', '/get-help'])(
    '%s says what to do at Okta’s page, and without an approver',
    async (url) => {
      const html = await page(url, signedOut);
      expect(html).toContain('If Okta’s page doesn’t accept what you have');
      expect(html).toContain('If nobody can approve one now');
    },
  );

  test.each(['/', '/sessions', '/get-help', '/frozen'])(
    '%s says so where the helpdesk’s address is unknown',
    async (url) => {
      const unknown = /Nobody has told Latchkey how to reach your helpdesk/;
      expect(await page(url, signedOut)).not.toMatch(unknown);
      const without = { ...settings, supportPhone: null, supportUrl: null };
      expect(await page(url, { ...signedOut, settings: without })).toMatch(unknown);
    },
  );
});
