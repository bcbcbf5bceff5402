/** The names of all alarms. */
export type AlarmName =
  /** L6: somebody added a method within a day of a helpdesk reset, from a network that is new for that person. */
  | 'enrollment_after_reset'
  /** A10: one agent, network or person, or all together, exceeded the hourly threshold in the settings. */
  | 'resets_burst'
  | 'refusals_burst'
  | 'sends_burst'
  /** B5: text messages and calls in 24 hours, to one country (the subject) or of the whole org. */
  | 'messages_nearly_used_up'
  | 'messages_used_up'
  /** F12: a person answered that they did not call the helpdesk. */
  | 'caller_verification_denied'
  /** An agent reported an odd call in somebody's name. */
  | 'call_reported'
  /** The audit log has a row that no portal wrote. */
  | 'foreign_audit_row'
  /** Somebody set how far alarms or the sink have read beyond the end of the log; the subject is the table. */
  | 'foreign_cursor'
  | 'revocation_refused'
  | 'break_glass';

/** Further facts about the alarm: counts, countries, networks. */
export type AlarmDetails = Readonly<Record<string, string | number | boolean | null>>;

/** The data of one line in an alarm email: one alarm about one subject. */
export type AlarmLine = {
  name: AlarmName;
  subject: string;
  login: string | null;
  times: number;
  at: number;
  details: AlarmDetails;
};
