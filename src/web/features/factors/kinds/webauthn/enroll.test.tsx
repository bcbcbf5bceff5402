import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeEdge, refusal, reply, type Sent } from '../../../../testing/edge.ts';
import { mountScreen } from '../../../../testing/screen.tsx';
import { autoStart } from '../../enrollment/auto-start.ts';
import EnrollWebauthn from './enroll.tsx';

const id = 'fwf00000000000000001';
const factor = {
  id,
  kind: 'webauthn',
  name: null,
  detail: null,
  status: 'PENDING_ACTIVATION',
  strength: 4,
  created: null,
  lastVerified: null,
};
const options = {
  challenge: 'AQID',
  rp: { name: 'Meridian' },
  user: { id: 'MDB1MQ', name: 'ada', displayName: 'Ada' },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  excludeCredentials: [],
};
const bytes = (...values: number[]): ArrayBuffer => new Uint8Array(values).buffer;
const named = (name: string): Error => Object.assign(new Error('said by the device'), { name });
const made = {
  id: '_w',
  rawId: bytes(255),
  type: 'public-key',
  response: { attestationObject: bytes(255, 254), clientDataJSON: bytes(251) },
  getClientExtensionResults: () => ({}),
} as unknown as Credential;

const create = vi.fn<typeof navigator.credentials.create>();
let sent: Sent[];
let begin: () => Response;
let activate: () => Response;
const to = (path: string): Sent[] => sent.filter((one) => one.path === path && one.method === 'POST');
const activation = `/api/factors/${id}/activate`;

beforeEach(() => {
  begin = () =>
    reply(201, {
      factor,
      activation: { how: 'create', options, expiresAt: new Date(Date.now() + 600_000).toISOString() },
    });
  activate = () =>
    reply(200, { factor: { ...factor, status: 'ACTIVE', detail: 'YubiKey 5', suggestedName: 'YubiKey 5 2' } });
  create.mockReset().mockResolvedValue(made);
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('PublicKeyCredential', class {});
  vi.stubGlobal('navigator', { credentials: { create }, userAgent: 'test' });
  sent = fakeEdge(({ method, path }) => {
    if (path === '/api/factors') return begin();
    if (path === activation) return activate();
    if (path === '/api/sessions') return reply(200, { sessions: [] });
    if (method === 'PUT') return reply(200, { factor: { ...factor, status: 'ACTIVE', name: 'My blue key' } });
    return reply(method === 'DELETE' ? 204 : 200, method === 'DELETE' ? undefined : {});
  });
});

const draw = (state: unknown = null, settings = {}, pathname = '/add/webauthn') =>
  mountScreen(<EnrollWebauthn />, { at: { pathname, state }, settings });
const press = async (name: string): Promise<void> => void fireEvent.click(await screen.findByRole('button', { name }));

describe('adding a security key', () => {
  it('starts when asked, and asks the device at a click only', async () => {
    draw();
    expect(sent).toEqual([]);
    await press('Continue');
    await screen.findByRole('button', { name: 'Use a key or this device' });
    expect(create).not.toHaveBeenCalled();
    await press('Use a key or this device');
    await waitFor(() => expect(screen.getByRole('heading', { name: 'YubiKey 5 is on' })).toBe(document.activeElement));
    expect(to(activation).map(({ body }) => body)).toEqual([{ attestation: '//4=', clientData: '+w==' }]);
    expect(screen.getByLabelText<HTMLInputElement>('Your name for it').value).toBe('YubiKey 5 2');
    fireEvent.change(screen.getByLabelText('Your name for it'), { target: { value: 'My blue key' } });
    await press('Save');
    await waitFor(() =>
      expect(sent.find(({ method }) => method === 'PUT')).toMatchObject({
        path: `/api/factors/${id}/name`,
        body: { name: 'My blue key' },
      }),
    );
    await waitFor(() => expect(screen.getByText('From now on it’s called My blue key.')).toBe(document.activeElement));
  });

  it('has a plain name where the org does not know its maker', async () => {
    activate = () => reply(200, { factor: { ...factor, status: 'ACTIVE' } });
    draw(autoStart);
    await press('Use a key or this device');
    expect(await screen.findByRole('heading', { name: 'Your key or passkey is on' })).toBeDefined();
  });

  it('from the plan for a new phone: a sign-in at Okta comes back to the same page, which goes on by itself', async () => {
    const usual = begin;
    const options_ = [{ type: 'okta', href: '/auth/step-up?purpose=enroll%3Awebauthn&returnTo=%2Fadd%2Fwebauthn' }];
    begin = () =>
      reply(403, refusal('step_up_required', { purpose: 'enroll:webauthn', strength: 3, options: options_ }));
    draw(autoStart, {}, '/add/webauthn?new-phone');
    const toOkta = await screen.findByRole<HTMLAnchorElement>('link', { name: /Sign in/ });
    const returnTo = new URL(toOkta.href).searchParams.get('returnTo')!;
    toOkta.addEventListener('click', (event) => event.preventDefault());
    fireEvent.click(toOkta);
    cleanup();
    begin = usual;
    draw(null, {}, returnTo);
    await press('Use a key or this device');
    const back = await screen.findByRole('link', { name: 'Back to your new phone' });
    expect(back.getAttribute('href')).toBe('/new-phone');
  });

  it.each([
    ['NotAllowedError', /^Nothing was added: it was cancelled/],
    ['InvalidStateError', /^You’ve added this key or device before/],
  ])('explains %s, and tries again', async (name, words) => {
    create.mockRejectedValueOnce(named(name));
    draw(autoStart);
    await press('Use a key or this device');
    expect((await screen.findByRole('alert')).textContent).toMatch(words);
    expect(to(activation)).toEqual([]);
    await press('Try again');
    expect(await screen.findByRole('heading', { name: /is on$/ })).toBeDefined();
    expect(to('/api/factors')).toHaveLength(1);
  });

  it('sends a made key again instead of making another', async () => {
    const usual = activate;
    activate = () => reply(503, refusal('org_unavailable'));
    draw(autoStart);
    await press('Use a key or this device');
    expect((await screen.findByRole('alert')).textContent).toContain('We can’t reach Okta just now.');
    activate = usual;
    await press('Try again');
    expect(await screen.findByRole('heading', { name: /is on$/ })).toBeDefined();
    expect(create).toHaveBeenCalledTimes(1);
    expect(to(activation)).toHaveLength(2);
  });

  it('ends when the org refuses it', async () => {
    activate = () => reply(409, refusal('conflict'));
    draw(autoStart);
    await press('Use a key or this device');
    expect(await screen.findByText(/^The key wasn’t accepted/)).toBeDefined();
  });
});

describe('keys of another relying-party id', () => {
  beforeEach(() => {
    begin = () => reply(409, refusal('managed_at_okta'));
  });

  it('are added at Okta’s settings when no address is configured', async () => {
    draw(autoStart, { oktaSettingsUrl: null });
    expect(await screen.findByText(/^Sign in at Okta and look for/)).toBeDefined();
    expect(screen.queryByRole('link', { name: 'Go to Okta' })).toBeNull();
  });
});

it.each([
  ['an insecure page', () => vi.stubGlobal('isSecureContext', false), /on secure pages only/],
  ['a browser without keys', () => vi.stubGlobal('PublicKeyCredential', undefined), /^This browser can’t use keys/],
])('%s is explained, and starts nothing, whatever the link requested', async (_, make, words) => {
  make();
  draw(autoStart);
  expect(await screen.findByText(words)).toBeDefined();
  expect(screen.queryByRole('button')).toBeNull();
  expect(sent).toEqual([]);
});
