import type { Tables } from '#bff/platform/store/schema.ts';

/**
 * What an erasure does to each column. `goes`: deletes the value or its row. `stays`: keeps the value as long as the
 * portal needs it. `none`: keeps the value, which says nothing about the person except the id.
 */
export const columns: Record<keyof Tables, { goes?: string; stays?: string; none: string }> = {
  approvals: {
    goes: 'reset decided_by decision_note',
    none: 'id agent_id user_id operation status decider_id decided_at denial created_at expires_at',
  },
  attack_signs: { goes: 'agent_name signs', none: 'id user_id kind agent_id times last_at ends_at' },
  audit_log: {
    goes: 'actor subject factor_id reason address agent ticket approver',
    none: 'seq at type intent event kind outcome request_id caller_verification correlation_id salt prev hash',
  },
  audit_log_head: { none: 'id seq at hash signatures' },
  audit_sink_cursor: { none: 'id seq tries next_at' },
  caller_verifications: {
    goes: 'agent_name methods',
    none:
      'id agent_id user_id type factor_id transaction_id number all reason status code_mac strength tries_left ' +
      'created_at asked_at expires_at correlation_id used doubt denied_at',
  },
  code_attempts: { none: 'id user_id kind at pending' },
  consumed_tokens: { none: 'token_hash expires_at request_hash tries_left' },
  counted_events: { none: 'seq kind who at expires_at' },
  factor_notes: { goes: 'name', none: 'user_id factor_id aaguid backup made_on used_at' },
  freeze_links: { goes: 'name', none: 'token_hash user_id locale time_zone expires_at frozen_at' },
  freezes: { stays: 'reported', none: 'user_id at requested_at' },
  grants: { none: 'session_id factor_id kind expires_at how qr' },
  known_names: { goes: 'login name', none: 'user_id locale held_locale locale_changes' },
  lockout_misses: { none: 'user_id misses missed_at notified_at' },
  locks: { none: 'name fence expires_at holder' },
  open_intents: { stays: 'removed_address', none: 'seq at event subject factor_id answered' },
  org_facts: { none: 'name value' },
  outbox: { goes: 'address body', none: 'id event subject created_at sent_at tries next_at' },
  recovery_codes: { none: 'user_id outcome approval_id code_mac sealed session_id expires_at' },
  repeats: {
    none:
      'key_hash user_id request_hash expires_at request_id intent outcome factor_id session_id token_hash sealed ' +
      'renewed',
  },
  replacements: {
    none: 'user_id factor_id kind session_id strength granted_until created_at correlation_id new_factor_id',
  },
  replicas: { none: 'id seen_at' },
  resets: { stays: 'reset', none: 'id intent user_id' },
  seen_addresses: { goes: 'address', none: 'user_id source since gone_at' },
  session_revocations: { none: 'user_id at' },
  sessions: {
    goes: 'login name first_name agent address id_token',
    none: 'id token_hash user_id locale time_zone created_at seen_at ends_at auth_time verified_at',
  },
  step_ups: { none: 'id session_id purpose strength expires_at consumed_at factor_id consumed_by' },
  tasks: { none: 'id kind user_id details tries tried_at due_at' },
  transactions: { none: 'id session_id user_id factor_id kind purpose strength number expires_at result asked_at' },
  write_checks: { none: 'id filler' },
  wrong_code_counts: { none: 'user_id kind misses missed_at' },
};
