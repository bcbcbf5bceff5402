import type { NamedMethod } from '#contract/endpoints.ts';

/** `detail`: what tells two methods of a kind apart, if it is known, as pages show it to their owner. */
export type EmailMethod = Pick<NamedMethod, 'kind' | 'name'> & { detail: string | null };

export type Text = { subject: string; body: string };

/** The person's browser and operating system; null where unknown. */
export type Device = { browser: string | null; system: string | null };

/** The recipient's name, the event's time (milliseconds), the org, and the helpdesk's phone number or page, if any. */
export type About = { name: string; at: number; orgName: string; support: string | null };

/** `replacing`: the old one is gone, or the new one works, and the other follows. `replaced`: both are done. */
export type Change = 'added' | 'removed' | 'replacing' | 'replaced';

export type ChangeData = About & {
  method: EmailMethod;
  device: Device;
  /** The portal's first page. */
  portalUrl: string;
  /** The link that can freeze the person's methods and nothing else; null where it may not be sent. */
  freezeUrl: string | null;
};

export type ResetData = About & {
  methods: readonly EmailMethod[];
  agent: string;
  nothingLeft: boolean;
  /** The page that adds a method. */
  addUrl: string;
  /** The link that can freeze the person's methods and nothing else. */
  freezeUrl: string | null;
  /** The recovery code, formatted in groups; null in an email without it. */
  code: string | null;
};

/** `agent`: who unlocked the account. */
export type UnlockedData = About & { agent: string; freezeUrl: string | null };

/** `until`: when the time to decide ends (milliseconds). */
export type ApprovalWaitsData = Pick<About, 'orgName'> & {
  agent: string;
  person: string;
  ticket: string;
  operation: 'reset' | 'unfreeze' | 'unlock';
  until: number;
  approvalsUrl: string;
};
