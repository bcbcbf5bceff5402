import type { NamedMethod } from '#contract/endpoints.ts';

/**
 * `detail`: distinguishes two methods of one kind, such as a masked phone number, as the owner's pages show it. Null if
 * unknown.
 */
export type EmailMethod = Pick<NamedMethod, 'kind' | 'name'> & { detail: string | null };

export type Text = { subject: string; body: string };

/** The person's browser and operating system; null if unknown. */
export type Device = { browser: string | null; system: string | null };

/** The recipient's name, the event's time (milliseconds), the org's name, and the helpdesk's phone number or page. */
export type About = { name: string; at: number; orgName: string; support: string | null };

/**
 * `replacing`: one half of a replacement is done (the old method is removed, or the new one works). `replaced`: both
 * are.
 */
export type Change = 'added' | 'removed' | 'replacing' | 'replaced';

export type ChangeData = About & {
  method: EmailMethod;
  device: Device;
  /** The portal's first page. */
  portalUrl: string;
  /** The link that freezes the person's methods and does nothing else; null for an address that may not get it. */
  freezeUrl: string | null;
};

export type ResetData = About & {
  methods: readonly EmailMethod[];
  agent: string;
  nothingLeft: boolean;
  /** The page that adds a method. */
  addUrl: string;
  /** The link that freezes the person's methods and does nothing else. */
  freezeUrl: string | null;
  /** The recovery code, formatted in groups; null in an email without it. */
  code: string | null;
};

/** `agent`: the name of the person who unlocked the account. */
export type UnlockedData = About & { agent: string; freezeUrl: string | null };

/** `until`: the last moment for a decision, in milliseconds. */
export type ApprovalWaitsData = Pick<About, 'orgName'> & {
  agent: string;
  person: string;
  ticket: string;
  operation: 'reset' | 'unfreeze' | 'unlock';
  until: number;
  approvalsUrl: string;
};
