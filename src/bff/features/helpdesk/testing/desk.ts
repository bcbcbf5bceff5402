import { ANNIE, GRACE, HEDY, testEnv, type Portal, type PortalOptions } from '#testing/test-env.ts';
import { said, type Reply } from '#testing/visitor.ts';
import type { HelpdeskSettings } from '../access/settings.ts';
import { signInAgent, type SignedInStaff } from './agent-fixture.ts';
import { helpdeskOfDemo, personId } from './helpdesk-fixture.ts';

/* A test file that imports these has its own, because each file loads our modules again. */
export const env = await testEnv();
export let portal: Portal;
/** An agent. */
export let hedy: SignedInStaff;
/** An approver. */
export let annie: SignedInStaff;
/** The id of the person whom they help. */
export let grace: string;

/** Also signs in again, when the clock has moved past the end of a session. */
export async function signInStaff(): Promise<void> {
  [hedy, annie] = [await signInAgent(portal, HEDY), await signInAgent(portal, ANNIE)];
}

/** Opens a new portal. `prepare` runs before the staff sign in. */
export async function openDesk(options?: PortalOptions, prepare?: () => Promise<void>): Promise<void> {
  portal = await env.fresh(options);
  grace = await personId(portal, GRACE);
  await prepare?.();
  await signInStaff();
}

export const openDeskWith = (over: Partial<Omit<HelpdeskSettings, 'scope'>> & { scope?: string[] }): Promise<void> =>
  openDesk({ app: { helpdesk: helpdeskOfDemo(env, over) } });

/** A request of staff about a person whom nobody verified. */
export const unverified = { callerVerificationId: undefined, note: 'lost everything abroad' };

/** The id of Grace's Google Authenticator. */
export const google = async (): Promise<string> =>
  (await env.phone(GRACE)).find(({ provider }) => provider === 'GOOGLE')!.factorId;

/** A text such as `409 conflict decided`. */
export const rule = (reply: Reply): string => [said(reply), reply.body?.error?.rule].filter(Boolean).join(' ');
