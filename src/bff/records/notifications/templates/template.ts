import type { NamedMethod } from '#contract/endpoints.ts';

/** `detail`: as the owner's pages show it, such as a masked phone number. Null if unknown. */
export type EmailMethod = Pick<NamedMethod, 'kind' | 'name'> & { detail: string | null };

export type Text = { subject: string; body: string };

/** Null if unknown. */
export type Device = { browser: string | null; system: string | null };

/** `at`: in ms. `support`: the helpdesk's phone number or page. */
export type About = { name: string; at: number; orgName: string; support: string | null };

/** `replacing`: the old method is removed, or the new one works. `replaced`: both. */
export type Change = 'added' | 'removed' | 'replacing' | 'replaced';

export type ChangeData = About & {
  method: EmailMethod;
  device: Device;
  portalUrl: string;
  /** Null for an address that may not get the link. */
  freezeUrl: string | null;
};

export type ResetData = About & {
  methods: readonly EmailMethod[];
  agent: string;
  nothingLeft: boolean;
  addUrl: string;
  /** Null for an address that may not get the link. */
  freezeUrl: string | null;
  /** Formatted in groups; null in an email without a code. */
  code: string | null;
};

/** `agent`: the name of the person who unlocked the account. */
export type UnlockedData = About & { agent: string; freezeUrl: string | null };

/** `until`: the last moment for a decision, in ms. */
export type ApprovalWaitsData = Pick<About, 'orgName'> & {
  agent: string;
  person: string;
  ticket: string;
  operation: 'reset' | 'unfreeze' | 'unlock';
  until: number;
  approvalsUrl: string;
};
