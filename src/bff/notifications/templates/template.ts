import type { FactorKind } from '#contract/kinds.ts';
import type { AlarmLine, AlarmName } from '../alarm-names.ts';

export type Text = { subject: string; body: string };

/** A method as an email names it: its kind, and the person's own name for it. */
export type NamedMethod = { kind: FactorKind; own?: string | undefined };

/** The person's browser, as far as it is known. */
export type Device = { browser: string | null; system: string | null };

/** Whom an email is for, when it happened, and whom to tell when it was not them. */
export type About = { name: string; at: number; orgName: string; support: string | null };

export type ChangeData = About & { method: NamedMethod; device: Device };

export type ResetData = About & {
  methods: readonly string[];
  agent: string;
  nothingLeft: boolean;
  /** The one link: it can freeze changes, and nothing else. */
  freezeUrl: string;
  /** As people read it, in groups; null in an email that does not hold it. */
  code: string | null;
};

/** Every text of the BFF that people read, in one language. A locale's folder gives them as `templates`. */
export type Templates = {
  kindNames: Record<FactorKind, string>;
  methodName: (method: NamedMethod) => string;
  deviceName: (device: Device) => string;
  /** A method was added or removed. No link in it acts. */
  change: (change: 'added' | 'removed', about: ChangeData) => Text;
  /** Somebody typed many wrong codes in this person's session. */
  wrongCodes: (about: ChangeData) => Text;
  /** The helpdesk reset methods. */
  reset: (about: ResetData) => Text;
  /** Changes to somebody's methods were stopped, or are possible again. */
  freeze: (change: 'frozen' | 'unfrozen', about: About) => Text;
  alarmTitles: Record<AlarmName, string>;
  /** What an operator reads: every alarm with every subject. No link in it acts. */
  alarms: (orgName: string, lines: readonly AlarmLine[]) => Text;
  /**
   * What a person sees where drawing a page would cost more than the request that was refused: fixed bytes, no script,
   * no style. The page that is drawn otherwise says the same (`problem.busy.*` in the messages of `web`).
   */
  busyPage: string;
};
