import type { FactorDetail } from '#contract/endpoints.ts';

type Signals = { signalUnknownCredential?: (credential: FactorDetail['credential']) => Promise<void> };

/**
 * Tells the browser that a key was removed, so that it offers it no more (WebAuthn Level 3, section 5.1.10.1). It is a
 * hint: a browser may not have it, and a key may be elsewhere.
 */
export async function signalRemoved(credential: FactorDetail['credential']): Promise<void> {
  if (credential === undefined) return;
  try {
    await (window as { PublicKeyCredential?: Signals }).PublicKeyCredential?.signalUnknownCredential?.(credential);
  } catch {
    // Nothing depends on it.
  }
}
