/** Every alarm there is. */
export type AlarmName =
  /** L6: a method was added within a day of a helpdesk reset, from a network not seen before for that person. */
  | 'enrollment_after_reset'
  /** A10: more within an hour than the settings expect, by one agent or network, to one person, or over all. */
  | 'resets_burst'
  | 'refusals_burst'
  | 'sends_burst'
  /** B5: text messages and calls in 24 hours, to one country (the subject) or of the whole org. */
  | 'messages_nearly_used_up'
  | 'messages_used_up'
  /** F12: somebody said that it was not them who called. */
  | 'caller_verification_denied'
  | 'revocation_refused'
  | 'break_glass'
  | 'untrusted_forwarding_headers';

/** What is known besides: counts, countries, networks. */
export type AlarmDetails = Readonly<Record<string, string | number | boolean | null>>;

/** What an email says of one alarm about one subject. */
export type AlarmLine = {
  name: AlarmName;
  subject: string;
  login: string | null;
  times: number;
  at: number;
  details: AlarmDetails;
};
