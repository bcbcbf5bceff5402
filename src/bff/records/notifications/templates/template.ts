import type { NamedMethod } from '#contract/endpoints.ts';
import type { FactorKind } from '#contract/kinds.ts';
import type { AlarmData, AlarmName } from './alarm-names.ts';

export type Text = { subject: string; body: string };

/** The person's browser and operating system; null where unknown. */
export type Device = { browser: string | null; system: string | null };

/** The recipient's name, the event's time (milliseconds), the org, and the helpdesk's phone number or page, if any. */
export type About = { name: string; at: number; orgName: string; support: string | null };

/** `replacing`: the old one is gone, or the new one works, and the other follows. `replaced`: both are done. */
export type Change = 'added' | 'removed' | 'replacing' | 'replaced';

export type ChangeData = About & {
  method: NamedMethod;
  device: Device;
  /** The portal's first page. */
  portalUrl: string;
  /** The link that can freeze the person's methods and nothing else; null where it may not be sent. */
  freezeUrl: string | null;
};

export type ResetData = About & {
  methods: readonly NamedMethod[];
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

/** All texts of the BFF in one language. The folder of a locale exports them as `templates`. */
export type Templates = {
  kindNames: Record<FactorKind, string>;
  /** The one rule about codes. Every email to a person has it. */
  neverReadOut: string;
  /** Somebody changed a method. Opening a link of this email changes nothing. */
  change: (change: Change, about: ChangeData) => Text;
  /** Somebody typed many wrong codes in this person's session. */
  wrongCodes: (about: ChangeData) => Text;
  /** The helpdesk reset methods. */
  reset: (about: ResetData) => Text;
  /** Changes to the person's methods are frozen, or possible again. */
  freeze: (change: 'frozen' | 'unfrozen', about: About) => Text;
  /** The helpdesk ended the account's lock-out at Okta. */
  unlocked: (about: UnlockedData) => Text;
  /** To approvers: a request waits. Its link leads to the page where they sign in, and decides nothing. */
  approvalWaits: (about: ApprovalWaitsData) => Text;
  alarmTitles: Record<AlarmName, string>;
  /** The alarm email for operators. No link in it performs an action. */
  alarm: (orgName: string, alarm: AlarmData) => Text;
  /** For the page of a server that is too busy to render one, which has the same text (`problem.busy.*` of `web`). */
  busy: { title: string; text: string };
};
