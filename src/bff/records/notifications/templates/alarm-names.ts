export type AlarmName =
  /** L6: a privileged person added a method within a day of a reset by the helpdesk. */
  | 'enrollment_after_reset'
  | 'privileged_reset'
  | 'privileged_freeze'
  /** B5: the limit in 24 hours is used up, for one country (the subject) or the whole org. */
  | 'messages_used_up'
  /** F12: a person said that they did not call the helpdesk. */
  | 'caller_verification_denied'
  /** An agent reported an odd call in a person's name. */
  | 'call_reported'
  /** No portal wrote the row. */
  | 'foreign_audit_row'
  /** The sink's cursor was set beyond the end of the log. The subject is the table. */
  | 'foreign_cursor'
  | 'revocation_refused'
  | 'break_glass';

export type AlarmDetails = Readonly<Record<string, string | number | boolean | null>>;

/** `leftOut`: how many alarms had no email since the last alarm email. */
export type AlarmData = {
  name: AlarmName;
  subject: string | null;
  login: string | null;
  at: number;
  details: AlarmDetails;
  leftOut: number;
};
