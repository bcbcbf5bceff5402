/**
 * Parts of the catalog that come with the screens that say them, by how their ids begin; the rest comes with the first
 * page. A module that says one imports `virtual:words/en/<part>` and gives it to `addWords`.
 */
export const parts = [
  'enroll',
  'method',
  'remove',
  'cant_prove',
  'sign_out',
  'signed_out_page',
  'test',
  'activate',
  'totp',
  'verify',
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
