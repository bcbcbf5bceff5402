import type { MessageId } from '../../../i18n/translate.tsx';

type KeyAction = 'make' | 'use';

/**
 * What a browser's refusal means, by the names of WebAuthn Level 3 (sections 5.1.3 and 5.1.4). `NotAllowedError` says
 * least on purpose: cancelled, timed out, and no such key here are one to a page, so that it cannot ask who has what.
 */
const byName: Record<string, MessageId | Record<KeyAction, MessageId>> = {
  NotAllowedError: { make: 'key.not_made', use: 'key.not_used' },
  AbortError: { make: 'key.not_made', use: 'key.not_used' },
  InvalidStateError: { make: 'key.here_already', use: 'key.device_failed' },
  NotSupportedError: 'key.device_too_old',
  ConstraintError: 'key.no_pin',
  SecurityError: 'key.other_name',
};

export function deviceMessageId(action: KeyAction, error: unknown): MessageId {
  const name = error instanceof Error ? error.name : '';
  const messageId = Object.hasOwn(byName, name) ? byName[name] : undefined;
  if (messageId === undefined) return 'key.device_failed';
  return typeof messageId === 'string' ? messageId : messageId[action];
}

/** Why no key can be used on this page at all, or undefined. Only a browser can tell. */
export function whyNoKeys(page: { isSecureContext: boolean; PublicKeyCredential?: unknown }): MessageId | undefined {
  if (!page.isSecureContext) return 'key.insecure';
  return typeof page.PublicKeyCredential === 'function' ? undefined : 'key.no_support';
}
