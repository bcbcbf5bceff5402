import type { MessageId } from '../../../i18n/translate.tsx';

type KeyAction = 'make' | 'use';

/**
 * Names from WebAuthn Level 3, sections 5.1.3 and 5.1.4. `NotAllowedError` can mean cancelled, timed out or no such
 * key, because browsers do not tell pages who has which key.
 */
const byName: Record<string, MessageId | Record<KeyAction, MessageId>> = {
  NotAllowedError: { make: 'webauthn.not_made', use: 'webauthn.not_used' },
  AbortError: { make: 'webauthn.not_made', use: 'webauthn.not_used' },
  InvalidStateError: { make: 'webauthn.here_already', use: 'webauthn.device_failed' },
  NotSupportedError: 'webauthn.device_too_old',
  ConstraintError: 'webauthn.no_pin',
  SecurityError: 'webauthn.other_name',
};

export function deviceMessageId(action: KeyAction, error: unknown): MessageId {
  const name = error instanceof Error ? error.name : '';
  const messageId = Object.hasOwn(byName, name) ? byName[name] : undefined;
  if (messageId === undefined) return 'webauthn.device_failed';
  return typeof messageId === 'string' ? messageId : messageId[action];
}

/** Call it only in a browser. */
export function whyNoKeys(page: { isSecureContext: boolean; PublicKeyCredential?: unknown }): MessageId | undefined {
  if (!page.isSecureContext) return 'webauthn.insecure';
  return typeof page.PublicKeyCredential === 'function' ? undefined : 'webauthn.no_support';
}
