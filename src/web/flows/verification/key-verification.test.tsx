import type { PurposeText } from '#contract/purposes.ts';
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { now, setNow } from '../../api/client/clock.ts';
import { fakeEdge, refusal, reply, type Sent } from '../../testing/edge.ts';
import { mountScreen } from '../../testing/screen.tsx';
import KeyVerification from './key-verification.tsx';

const factorId = 'fwf00000000000000001';
const bytes = (...values: number[]): ArrayBuffer => new Uint8Array(values).buffer;
const named = (name: string): Error => Object.assign(new Error('said by the device'), { name });
const signed = {
  id: '_w',
  rawId: bytes(255),
  type: 'public-key',
  response: { authenticatorData: bytes(250), clientDataJSON: bytes(251), signature: bytes(252), userHandle: null },
  getClientExtensionResults: () => ({}),
} as unknown as Credential;
const answer = { clientData: '+w==', authenticatorData: '+g==', signatureData: '/A==' };

const get = vi.fn<typeof navigator.credentials.get>();
let sent: Sent[];
let judge: () => Response;
let turn: number;
const challenges = (): Sent[] => sent.filter(({ body }) => !('clientData' in (body as object)));
const answers = (): unknown[] => sent.map(({ body }) => body).filter((body) => 'clientData' in (body as object));
/** The challenge that the device was last asked to sign, as a number. */
const asked = (): number => new Uint8Array(get.mock.lastCall![0]!.publicKey!.challenge as ArrayBuffer)[0]!;

beforeEach(() => {
  turn = 0;
  judge = () => reply(200, { factorResult: 'SUCCESS' });
  get.mockReset().mockResolvedValue(signed);
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('PublicKeyCredential', class {});
  vi.stubGlobal('navigator', { credentials: { get }, userAgent: 'test' });
  sent = fakeEdge(({ body }) => {
    if ('clientData' in (body as object)) return judge();
    turn += 1;
    // In base64url, `AQ` is 1, `Ag` is 2 and `Aw` is 3.
    const options = { challenge: ['AQ', 'Ag', 'Aw'][turn - 1], allowCredentials: [{ type: 'public-key', id: '_w' }] };
    return reply(200, { factorResult: 'CHALLENGE', challenge: { how: 'assert', options } });
  });
});

type Options = { purpose?: PurposeText; pressed?: boolean; onChooseAnother?: () => void };
function open({ purpose, pressed = false, onChooseAnother }: Options = {}) {
  const right = vi.fn<() => void>();
  const props = { factorId, kind: 'webauthn', name: 'YubiKey 5C', detail: null, submit: 'test.check' } as const;
  mountScreen(
    <KeyVerification
      {...props}
      purpose={purpose}
      pressed={pressed}
      onVerified={right}
      onChooseAnother={onChooseAnother}
    />,
  );
  return right;
}
const button = (name = 'Use your key or device') =>
  waitFor(() => {
    const found = screen.getByRole('button', { name });
    expect(found.getAttribute('aria-disabled')).toBeNull();
    return found;
  });

describe('a security key', () => {
  it('gets its challenge before the click, so that the click itself asks the device', async () => {
    const right = open({ purpose: 'remove:x' });
    const press = await button();
    await waitFor(() => expect(challenges()).toHaveLength(1));
    expect(get).not.toHaveBeenCalled();
    fireEvent.click(press);
    await waitFor(() => expect(right).toHaveBeenCalledTimes(1));
    expect(challenges().map(({ body }) => body)).toEqual([{ purpose: 'remove:x' }]);
    expect(answers()).toEqual([{ ...answer, purpose: 'remove:x' }]);
    expect(asked()).toBe(1);
  });

  it('asks the device at once where a press led to it', async () => {
    const right = open({ pressed: true });
    await waitFor(() => expect(right).toHaveBeenCalledTimes(1));
    expect([challenges().length, asked()]).toEqual([1, 1]);
  });

  it('can be tried again with the same challenge after a cancellation', async () => {
    get.mockRejectedValueOnce(named('NotAllowedError'));
    const right = open();
    fireEvent.click(await button());
    expect((await screen.findByRole('alert')).textContent).toMatch(/^It was cancelled, took too long/);
    expect(answers()).toEqual([]);
    fireEvent.click(await button('Try again'));
    await waitFor(() => expect(right).toHaveBeenCalled());
    expect(challenges()).toHaveLength(1);
    expect(answers()).toEqual([answer]);
  });

  it('signs another challenge in the same click after a refusal', async () => {
    judge = () => reply(403, refusal('wrong_code', { triesLeft: 3 }));
    const right = open();
    fireEvent.click(await button());
    expect((await screen.findByRole('alert')).textContent).toBe(
      'That key wasn’t accepted. Try again, with the key you added.',
    );
    judge = () => reply(200, { factorResult: 'SUCCESS' });
    fireEvent.click(await button('Try again'));
    await waitFor(() => expect(right).toHaveBeenCalled());
    expect(challenges()).toHaveLength(2);
    expect(asked()).toBe(2);
  });

  it('gets a new challenge when the old one expired', async () => {
    setNow(Date.now());
    const right = open();
    const press = await button();
    await waitFor(() => expect(challenges()).toHaveLength(1));
    setNow(now() + 240_000);
    fireEvent.click(press);
    await waitFor(() => expect(right).toHaveBeenCalled());
    expect(asked()).toBe(2);
  });

  it('says why there is no challenge, and requests one at the next click', async () => {
    const usual = globalThis.fetch;
    vi.stubGlobal('fetch', () => Promise.resolve(reply(503, refusal('org_unavailable'))));
    const other = vi.fn<() => void>();
    const right = open({ onChooseAnother: other });
    expect((await screen.findByRole('alert')).textContent).toContain('We can’t reach Okta just now.');
    fireEvent.click(screen.getByRole('button', { name: 'Use another way' }));
    expect(other).toHaveBeenCalled();
    vi.stubGlobal('fetch', usual);
    fireEvent.click(await button('Try again'));
    await waitFor(() => expect(right).toHaveBeenCalled());
  });

  it('aborts the browser’s request when the page is left', async () => {
    let signal: AbortSignal | undefined;
    get.mockImplementation((options) => {
      signal = options!.signal;
      return new Promise(() => {});
    });
    open();
    fireEvent.click(await button());
    await screen.findByRole('button', { name: 'Waiting for your key or device…' });
    cleanup();
    expect(signal?.aborted).toBe(true);
  });
});

it.each([
  [
    'an insecure page',
    () => vi.stubGlobal('isSecureContext', false),
    /^Browsers use keys and passkeys on secure pages only/,
  ],
  ['a browser without keys', () => vi.stubGlobal('PublicKeyCredential', undefined), /^This browser can’t use keys/],
])('%s is explained, and nothing is requested', async (_, make, words) => {
  make();
  const other = vi.fn<() => void>();
  open({ onChooseAnother: other });
  expect(await screen.findByText(words)).toBeDefined();
  expect(sent).toEqual([]);
  fireEvent.click(screen.getByRole('button', { name: 'Use another way' }));
  expect(other).toHaveBeenCalled();
});
