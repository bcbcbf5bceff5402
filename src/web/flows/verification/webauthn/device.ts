import { startAuthentication, startRegistration } from '@simplewebauthn/browser';
import type { Activation, ActivateBody, Verified, VerifyBody } from '#contract/endpoints.ts';
import { deviceMessageId } from './device-messages.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

type CreateOptions = Extract<Activation, { how: 'create' }>['options'];
type AssertOptions = Extract<
  Extract<Verified, { factorResult: 'CHALLENGE' }>['challenge'],
  { how: 'assert' }
>['options'];

export class DeviceError extends Error {
  override readonly name = 'DeviceError';
  readonly messageId: MessageId;

  constructor(messageId: MessageId, options?: ErrorOptions) {
    super(messageId, options);
    this.messageId = messageId;
  }
}

/**
 * From base64url, as in browsers' JSON (RFC 4648, section 5), to padded base64 (section 4), as Okta's Factors API
 * requires.
 */
export function toBase64(base64url: string): string {
  const base64 = base64url.replaceAll('-', '+').replaceAll('_', '/');
  return base64.padEnd(Math.ceil(base64.length / 4) * 4, '=');
}

/**
 * WebAuthn Level 3, section 5.1.3. Call it in a click handler: some browsers require a user gesture. Rejects with a
 * `DeviceError`.
 */
export async function makeKey(options: CreateOptions): Promise<ActivateBody> {
  try {
    // Okta's options have the type that the library expects, and the browser validates them.
    const key = await startRegistration({ optionsJSON: options as unknown as MakeOptions });
    return {
      attestation: toBase64(key.response.attestationObject),
      clientData: toBase64(key.response.clientDataJSON),
      ...(key.response.transports && { transports: key.response.transports }),
      ...(key.authenticatorAttachment && { attachment: key.authenticatorAttachment }),
    };
  } catch (error) {
    throw new DeviceError(deviceMessageId('make', error), { cause: error });
  }
}

/** WebAuthn Level 3, section 5.1.4. Call it in a click handler. Rejects with a `DeviceError`. */
export async function askKey(options: AssertOptions): Promise<VerifyBody> {
  try {
    const { response } = await startAuthentication({ optionsJSON: options });
    return {
      clientData: toBase64(response.clientDataJSON),
      authenticatorData: toBase64(response.authenticatorData),
      signatureData: toBase64(response.signature),
    };
  } catch (error) {
    throw new DeviceError(deviceMessageId('use', error), { cause: error });
  }
}

type MakeOptions = Parameters<typeof startRegistration>[0]['optionsJSON'];
