/**
 * Parts of the catalog that come with the screens that say them, by how their ids begin; the rest comes with the first
 * page. A module that says one imports `virtual:messages/en/<part>` and gives it to `loadMessages`.
 */
export const lazyGroups = [
  'enroll',
  'method',
  'remove',
  'get_help',
  'sign_out',
  'signed_out_page',
  'test',
  'activate',
  'totp',
  'okta_verify',
  'push',
  'key',
  'phone',
  'email',
  'question',
  'sent',
  'answer',
  'helpdesk',
  'caller_verification',
  'security_history',
  'freeze',
] as const;
