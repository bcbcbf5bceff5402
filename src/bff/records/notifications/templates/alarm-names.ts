/** The names of all alarms. */
export type AlarmName =
  /** L6: somebody privileged added a method within a day of a helpdesk reset. */
  | 'enrollment_after_reset'
  | 'privileged_reset'
  | 'privileged_freeze'
  /** B5: text messages and calls in 24 hours, to one country (the subject) or of the whole org. */
  | 'messages_used_up'
  /** F12: a person answered that they did not call the helpdesk. */
  | 'caller_verification_denied'
  /** An agent reported an odd call in somebody's name. */
  | 'call_reported'
  /** The audit log has a row that no portal wrote. */
  | 'foreign_audit_row'
  /** Somebody set how far the sink has read beyond the end of the log; the subject is the table. */
  | 'foreign_cursor'
  | 'revocation_refused'
  | 'break_glass';

/** Further facts about the alarm. */
export type AlarmDetails = Readonly<Record<string, string | number | boolean | null>>;

/** What an alarm email says. `leftOut`: alarms since the last email of which none was sent. */
export type AlarmData = {
  name: AlarmName;
  subject: string | null;
  login: string | null;
  at: number;
  details: AlarmDetails;
  leftOut: number;
};
