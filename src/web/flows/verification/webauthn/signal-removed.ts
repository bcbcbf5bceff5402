import type { FactorDetail } from '#contract/endpoints.ts';

type Signals = { signalUnknownCredential?: (credential: FactorDetail['credential']) => Promise<void> };

/**
 * After this call, the browser no longer offers the key (WebAuthn Level 3, section 5.1.10.1). Only a hint: not every
 * browser supports it, and the key may be on another device.
 */
export async function signalRemoved(credential: FactorDetail['credential']): Promise<void> {
  if (credential === undefined) return;
  try {
    await (window as { PublicKeyCredential?: Signals }).PublicKeyCredential?.signalUnknownCredential?.(credential);
  } catch {
    // The hint is optional.
  }
}
