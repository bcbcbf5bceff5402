/** Every alarm there is, with the words its email says it in. */
export const alarmTitles = {
  /** L6: a method was added within a day of a helpdesk reset, from a network not seen before for that person. */
  enrollment_after_reset: 'a method was added within a day of a reset, from a network that is new for this person',
  /** A10: more within an hour than the settings expect, by one agent or network, to one person, or over all. */
  resets_burst: 'unusually many resets by the helpdesk',
  refusals_burst: 'unusually many refused requests',
  sends_burst: 'unusually many messages or pushes',
  /** B5: text messages and calls in 24 hours, to one country (the subject) or of the whole org. */
  messages_nearly_used_up: 'most of the text messages and calls that MESSAGE_LIMITS allows in a day were sent',
  messages_used_up: 'no more text messages and calls go out: MESSAGE_LIMITS is reached',
  /** F12: somebody said that it was not them who called. */
  caller_verification_denied: 'a caller verification was denied',
  revocation_refused: 'Okta keeps refusing to end somebody’s sessions',
  break_glass: 'a freeze was lifted on the server',
  untrusted_forwarding_headers: 'forwarding headers came from an address that TRUSTED_PROXIES does not name',
} as const;

export type AlarmName = keyof typeof alarmTitles;
