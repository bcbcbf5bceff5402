import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeviceError, makeKey, toBase64, askKey } from './device.ts';
import { deviceMessageId, whyNoKeys } from './device-messages.ts';

const bytes = (...values: number[]): ArrayBuffer => new Uint8Array(values).buffer;
const named = (name: string): Error => Object.assign(new Error('said by the device'), { name });

describe('base64url as base64', () => {
  it.each([
    ['', ''],
    ['_w', '/w=='],
    ['-_8', '+/8='],
    ['AAEC', 'AAEC'],
  ])('%s is %s', (url, base64) => expect(toBase64(url)).toBe(base64));

  it('keeps every byte', () => {
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    for (let length = 250; length <= 256; length += 1) {
      const part = all.subarray(0, length);
      expect(Buffer.from(toBase64(Buffer.from(part).toString('base64url')), 'base64')).toEqual(Buffer.from(part));
      expect(toBase64(Buffer.from(part).toString('base64url'))).toBe(Buffer.from(part).toString('base64'));
    }
  });
});

describe('the browser’s API', () => {
  const credentials = {
    create: vi.fn<typeof navigator.credentials.create>(),
    get: vi.fn<typeof navigator.credentials.get>(),
  };
  beforeEach(() => {
    vi.stubGlobal('PublicKeyCredential', class {});
    vi.stubGlobal('navigator', { ...navigator, credentials });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetAllMocks();
  });

  const create = {
    challenge: 'AQID',
    rp: { name: 'Meridian' },
    user: { id: 'MDB1MQ', name: 'ada', displayName: 'Ada' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    excludeCredentials: [{ type: 'public-key', id: '_-8' }],
  };

  it('gets the org’s options as bytes, and returns the new key as base64', async () => {
    credentials.create.mockResolvedValue({
      id: '_w',
      rawId: bytes(255),
      type: 'public-key',
      authenticatorAttachment: 'cross-platform',
      response: {
        attestationObject: bytes(255, 254),
        clientDataJSON: bytes(251),
        getTransports: () => ['hybrid', 'internal'],
      },
      getClientExtensionResults: () => ({}),
    } as never);
    expect(await makeKey(create)).toEqual({
      attestation: '//4=',
      clientData: '+w==',
      transports: ['hybrid', 'internal'],
      attachment: 'cross-platform',
    });
    const asked = credentials.create.mock.calls[0]![0]!.publicKey!;
    expect([...new Uint8Array(asked.challenge as ArrayBuffer)]).toEqual([1, 2, 3]);
    expect([...new Uint8Array(asked.excludeCredentials![0]!.id as ArrayBuffer)]).toEqual([255, 239]);
  });

  it('returns the signature as base64', async () => {
    credentials.get.mockResolvedValue({
      id: '_w',
      rawId: bytes(255),
      type: 'public-key',
      response: { authenticatorData: bytes(250), clientDataJSON: bytes(251), signature: bytes(252), userHandle: null },
      getClientExtensionResults: () => ({}),
    } as never);
    const signed = await askKey({ challenge: 'AQID', allowCredentials: [{ type: 'public-key', id: '_-8' }] });
    expect(signed).toEqual({ clientData: '+w==', authenticatorData: '+g==', signatureData: '/A==' });
  });

  it('explains a refusal', async () => {
    credentials.create.mockRejectedValue(named('InvalidStateError'));
    credentials.get.mockRejectedValue(named('NotAllowedError'));
    await expect(makeKey(create)).rejects.toMatchObject({ name: 'DeviceError', messageId: 'webauthn.here_already' });
    await expect(askKey({ challenge: 'AQID' })).rejects.toBeInstanceOf(DeviceError);
    await expect(askKey({ challenge: 'AQID' })).rejects.toMatchObject({ messageId: 'webauthn.not_used' });
  });
});

describe('the device’s error', () => {
  it.each([
    ['NotAllowedError', 'webauthn.not_made', 'webauthn.not_used'],
    ['AbortError', 'webauthn.not_made', 'webauthn.not_used'],
    ['InvalidStateError', 'webauthn.here_already', 'webauthn.device_failed'],
    ['NotSupportedError', 'webauthn.device_too_old', 'webauthn.device_too_old'],
    ['ConstraintError', 'webauthn.no_pin', 'webauthn.no_pin'],
    ['SecurityError', 'webauthn.other_name', 'webauthn.other_name'],
    ['UnknownError', 'webauthn.device_failed', 'webauthn.device_failed'],
    ['toString', 'webauthn.device_failed', 'webauthn.device_failed'],
  ])('%s', (name, made, used) => {
    expect([deviceMessageId('make', named(name)), deviceMessageId('use', named(name))]).toEqual([made, used]);
  });

  it('and what is no error', () => expect(deviceMessageId('make', 'no')).toBe('webauthn.device_failed'));
});

it.each([
  [{ isSecureContext: false, PublicKeyCredential: class {} }, 'webauthn.insecure'],
  [{ isSecureContext: true }, 'webauthn.no_support'],
  [{ isSecureContext: true, PublicKeyCredential: class {} }, undefined],
] as const)('a page that is %o', (page, messageId) => expect(whyNoKeys(page)).toBe(messageId));
