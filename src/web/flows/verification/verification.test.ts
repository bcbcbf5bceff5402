import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, test } from 'vitest';
import type { Factor, FactorDetail } from '#contract/endpoints.ts';
import { fakeEdge, refusal, reply, type Sent } from '../../testing/edge.ts';
import { homeQueries } from '../../api/queries.ts';
import { openPage } from '../../testing/hydrate.tsx';
import { detail, here, home, pageRequest, totp } from '../../testing/person.ts';

const sms: Factor = { ...totp, kind: 'sms', name: null, detail: '•••• 0123', strength: 2 };
const question: Factor = {
  ...totp,
  kind: 'question',
  name: null,
  detail: 'First award?',
  strength: 1,
};
const smsDetail: FactorDetail = {
  ...detail,
  factor: sms,
  verifications: [{ factorId: sms.id, verificationType: 'sent-code' }],
};
const questionDetail: FactorDetail = {
  ...detail,
  factor: question,
  verifications: [{ factorId: question.id, verificationType: 'answer' }],
};
const challenge = {
  factorResult: 'CHALLENGE',
  challenge: {
    how: 'code',
    digits: 6,
    sent: { to: '•••• 0123', resendAt: '2026-03-10T12:00:30.000Z', expiresAt: null },
  },
};
const test_ = `/methods/${totp.id}/test`;
const field = (): Promise<HTMLInputElement> => screen.findByRole<HTMLInputElement>('textbox', { name: 'Code' });
const sentVerifications = (sent: Sent[]): unknown[] =>
  sent.filter(({ path }) => path.endsWith('/verify')).map(({ body }) => body);

describe('a sent code', () => {
  test('is verified once, though Enter is pressed twice', async () => {
    const sent = fakeEdge(({ body, path }) => {
      if (!path.endsWith('/verify')) return reply(500);
      return reply(200, 'passCode' in (body as object) ? { factorResult: 'SUCCESS' } : challenge);
    });
    const user = userEvent.setup();
    await openPage(pageRequest(test_, { answers: { detail: smsDetail } }));
    await user.click(await screen.findByRole('button', { name: /^Send a code/ }));
    await user.type(await field(), '123456');
    const form = (await field()).form!;
    fireEvent.submit(form);
    fireEvent.submit(form);
    await screen.findByRole('heading', { name: 'Text messages to •••• 0123 work' });
    expect(sentVerifications(sent)).toEqual([{}, { passCode: '123456' }]);
  });

  test('says that it was sent only where that is known', async () => {
    let lost = true;
    fakeEdge(({ path }) =>
      !path.endsWith('/verify') ? reply(500) : lost ? reply(502, refusal('org_error')) : reply(200, challenge),
    );
    const user = userEvent.setup();
    const sendCode = async () => {
      await openPage(pageRequest(test_, { answers: { detail: smsDetail } }));
      await user.click(await screen.findByRole('button', { name: /^Send a code/ }));
      await field();
    };
    await sendCode();
    expect(document.body.textContent).toContain('We don’t know whether the code could be sent.');
    expect(document.body.textContent).not.toContain('We’ve sent a code');
    cleanup();
    lost = false;
    await sendCode();
    expect(document.body.textContent).toContain('We’ve sent a code to •••• 0123.');
    expect(document.body.textContent).not.toContain('We don’t know');
  });

  test('names the helpdesk’s code as an exception only where the helpdesk asked', async () => {
    fakeEdge(() => reply(200, challenge));
    const user = userEvent.setup();
    for (const questions of [[], ['asked-00001']]) {
      const { client } = await openPage(pageRequest(test_, { answers: { detail: smsDetail } }));
      client.setQueryData(homeQueries.page().queryKey, { ...home, questions });
      await user.click(await screen.findByRole('button', { name: /^Send a code/ }));
      await field();
      expect(document.body.textContent).toContain('Never read out a code');
      expect(document.body.textContent.includes('The one exception')).toBe(questions.length > 0);
      cleanup();
    }
  });

  test('can be entered when it was sent a moment ago', async () => {
    fakeEdge(() => reply(429, refusal('sent_too_soon', { retryAt: '2026-03-10T12:00:20.000Z' })));
    const user = userEvent.setup();
    await openPage(pageRequest(test_, { answers: { detail: smsDetail } }));
    await user.click(await screen.findByRole('button', { name: /^Send a code/ }));
    await field();
    expect(document.body.textContent).toMatch(/You can ask for another in 0:\d\d\./);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  test('shows the errors of sending', async () => {
    fakeEdge(() => reply(503, refusal('org_unavailable')));
    const user = userEvent.setup();
    await openPage(pageRequest(test_, { answers: { detail: smsDetail } }));
    await user.click(await screen.findByRole('button', { name: /^Send a code/ }));
    expect((await screen.findByRole('alert')).textContent).toContain('We can’t reach Okta');
  });

  test('after a sign-in that was too weak, only what is strong enough is offered', async () => {
    fakeEdge(() => reply(500));
    const offered = async (strength: number): Promise<string[]> => {
      const path = `/step-up?purpose=sessions&returnTo=/sessions&problem=unmet&strength=${strength}`;
      await openPage(pageRequest(path, { answers: { home: { ...home, factors: [sms, totp] } } }));
      // The last row is the sign-in at Okta.
      const names = [...document.querySelectorAll('.rows .row-title')]
        .map(({ textContent }) => textContent)
        .slice(0, -1);
      const said = document.querySelector('main .note')!.textContent;
      cleanup();
      return [...names, said.replace(/.*?\. /, '')];
    };
    expect(await offered(3)).toEqual([totp.name, 'Choose one of these ways: your others are too weak for it.']);
    expect(await offered(4)).toEqual([
      'None of your methods here is strong enough for it. Sign in at Okta with a stronger one; if you have none, your helpdesk can help.',
    ]);
  });

  test('as the only way it is open at once, and sends nothing before a press', async () => {
    const sent = fakeEdge(() => reply(500));
    const answers = { home: { ...home, factors: [sms] } };
    await openPage(pageRequest('/step-up?purpose=sessions&returnTo=/sessions', { answers }));
    expect((await screen.findByRole('button', { name: /^Send a code/ })).className).toContain('primary');
    expect([sentVerifications(sent), screen.queryByRole('button', { name: /^Use / })]).toEqual([[], null]);
    expect(document.activeElement).toBe(document.body);
  });

  test('about a stolen phone, nothing that is on it is the main button', async () => {
    fakeEdge(() => reply(500));
    const user = userEvent.setup();
    const id = `${sms.id.slice(0, -1)}9`;
    const onPhone: Factor = { ...totp, location: 'phone' };
    const away: Factor = { ...sms, id, location: 'apart' };
    const mainButtons = (): (string | null)[] =>
      [...document.querySelectorAll('main .primary')].map(({ textContent }) => textContent);
    const open = (factors: Factor[]) =>
      openPage(
        pageRequest(`/step-up?purpose=remove:${totp.id}&returnTo=/stolen-phone`, {
          answers: { home: { ...home, factors } },
        }),
      );
    await open([onPhone, away]);
    expect(mainButtons()).toEqual(['Use Text message']);
    await user.click(screen.getByRole('button', { name: `Use ${totp.name}` }));
    await screen.findByRole('button', { name: 'Confirm' });
    expect(mainButtons()).toEqual([]);
    cleanup();
    await open([onPhone]);
    await screen.findByRole('button', { name: 'Confirm' });
    expect(mainButtons()).toEqual([]);
  });

  test('steps up for a purpose, with a chosen option', async () => {
    const sent = fakeEdge(({ body, path }) => {
      if (path === '/api/sessions') return reply(200, { sessions: [here] });
      if (!path.endsWith('/verify')) return reply(500);
      return reply(200, 'passCode' in (body as object) ? { factorResult: 'SUCCESS' } : challenge);
    });
    const user = userEvent.setup();
    await openPage(
      pageRequest(`/step-up?purpose=sessions&returnTo=/sessions`, {
        answers: { home: { ...home, factors: [{ ...sms, id: `${sms.id.slice(0, -1)}9` }, totp] } },
      }),
    );
    await user.click(screen.getByRole('button', { name: 'Use Text message' }));
    const send = await screen.findByRole('button', { name: /^Send a code/ });
    await waitFor(() => expect(document.activeElement).toBe(send));
    await user.click(send);
    await waitFor(async () => expect(document.activeElement).toBe(await field()));
    await user.type(await field(), '123456{Enter}');
    await waitFor(() =>
      expect(sentVerifications(sent)).toEqual([{ purpose: 'sessions' }, { passCode: '123456', purpose: 'sessions' }]),
    );
    // Waits for the next page: otherwise its calls could come while the next test counts calls.
    await screen.findByRole('heading', { level: 1, name: 'Where you’re signed in' });
  });
});

describe('an answer', () => {
  test('is hidden, shown when asked, counted when wrong, and accepted when right', async () => {
    const sent = fakeEdge(({ body }) =>
      (body as { answer?: string }).answer === 'turnips'
        ? reply(200, { factorResult: 'SUCCESS' })
        : reply(403, refusal('wrong_code', { triesLeft: 1 })),
    );
    const user = userEvent.setup();
    await openPage(pageRequest(test_, { answers: { detail: questionDetail } }));
    const answer = await screen.findByLabelText<HTMLInputElement>('Answer');
    expect(document.body.textContent).toContain('First award?');
    expect(answer.className).toContain('masked');
    expect(answer.autocomplete).toBe('off');
    await user.type(answer, 'peas{Enter}');
    await waitFor(() =>
      expect(document.querySelector('.error')?.textContent).toBe('That answer didn’t match. One try left.'),
    );
    expect(answer.value).toBe('peas');
    await waitFor(() => expect(document.activeElement).toBe(answer));
    await user.click(screen.getByRole('button', { name: 'Show' }));
    expect(answer.className).not.toContain('masked');
    await user.clear(answer);
    await user.type(answer, 'turnips{Enter}');
    await screen.findByRole('heading', { name: 'Your security question works' });
    expect(sentVerifications(sent)).toEqual([{ answer: 'peas' }, { answer: 'turnips' }]);
  });

  test('an empty one costs no try', async () => {
    const sent = fakeEdge(() => reply(500));
    const user = userEvent.setup();
    await openPage(pageRequest(test_, { answers: { detail: questionDetail } }));
    await screen.findByLabelText('Answer');
    await user.click(screen.getByRole('button', { name: 'Check the answer' }));
    await waitFor(() => expect(document.querySelector('.error')?.textContent).toBe('Enter your answer.'));
    expect(sent).toEqual([]);
  });
});

test('an unknown verification type is explained', async () => {
  fakeEdge(() => reply(500));
  const odd = [{ factorId: totp.id, verificationType: 'telepathy' as 'code' }];
  await openPage(pageRequest(test_, { answers: { detail: { ...detail, verifications: odd } } }));
  expect(document.body.textContent).toContain('This method can’t be used here.');
});

test('the other of two options can be chosen', async () => {
  fakeEdge(() => reply(500));
  const user = userEvent.setup();
  const two: FactorDetail = {
    ...smsDetail,
    verifications: [...smsDetail.verifications, { factorId: `${sms.id.slice(0, -1)}9`, verificationType: 'code' }],
  };
  await openPage(pageRequest(test_, { answers: { detail: two } }));
  await screen.findByRole('button', { name: /^Send a code/ });
  await user.click(screen.getByRole('button', { name: 'Test it in another way' }));
  await waitFor(async () => expect(document.activeElement).toBe(await field()));
});
