import type { KeyBackup, Place } from '#contract/kinds.ts';
import type { Generated } from 'kysely';
import type { NewPhoneTables } from './tables/new-phone.ts';

/** The portal's tables. Times are milliseconds of the clock; ids and hashes are text. */
export type Tables = NewPhoneTables & {
  sessions: {
    /** Public id, for listing and ending; grants no access. */
    id: string;
    /** SHA-256 of the cookie's value, base64url. */
    token_hash: string;
    user_id: string;
    login: string;
    name: string;
    first_name: string;
    created_at: number;
    seen_at: number;
    ends_at: number;
    /** When the person last signed in at Okta, and when they last authenticated in any way in this session. */
    auth_time: number;
    verified_at: number;
    /** Sealed; only for `id_token_hint` at sign-out. */
    id_token: string;
    agent: string;
  };
  /** When all sessions of a person were last ended from outside; kept for a day. */
  session_revocations: { user_id: string; at: number };
  /** Hashes of used one-time values, states of sign-in attempts and ids of signed requests, while they are valid. */
  consumed_tokens: { token_hash: string; expires_at: number };
  step_ups: {
    id: string;
    session_id: string;
    purpose: string;
    strength: number;
    expires_at: number;
    consumed_at: number | null;
  };
  grants: {
    session_id: string;
    factor_id: string;
    kind: string;
    expires_at: number;
    /** How it is finished, as the contract's `activation.how`. */
    how: 'secret' | 'code' | 'poll' | 'create';
    /** Sealed: Okta's address of the QR code; its path alone grants access to the picture. */
    qr: string | null;
  };
  /** Pushes that a session waits for, so that one call to Okta serves all tabs, and an answer gives one step-up. */
  transactions: {
    id: string;
    session_id: string;
    user_id: string;
    factor_id: string;
    kind: string;
    /** The step-up's purpose; null for a test. */
    purpose: string | null;
    strength: number;
    number: number | null;
    expires_at: number;
    /** Okta's latest state, and when the portal last asked for it. */
    result: string;
    asked_at: number;
  };
  /** What is known of people's methods beside Okta. */
  factor_notes: FactorNote & { user_id: string; factor_id: string };
  /** When a person last signed in without the phone; `factor_ids` (JSON) are what they may have used. */
  drills: { user_id: string; at: number; factor_ids: string };
  /**
   * What the portal learned about the org from Okta's answers: `rp_id`, the relying-party id of its keys;
   * `number_matching`, since when its pushes bring no number.
   */
  org_facts: { name: string; value: string };
  /** What an agent's next request about a person (empty: a search) continues; `changed`: it has changed something. */
  open_acts: {
    agent_id: string;
    user_id: string;
    correlation_id: string;
    begun_at: number;
    seen_at: number;
    changed: number;
  };
  /** How callers showed the helpdesk who they are. */
  caller_verifications: {
    id: string;
    agent_id: string;
    agent_name: string;
    user_id: string;
    type: 'push' | 'own-session' | 'call-back';
    factor_id: string | null;
    /** Of a push, with the number to be chosen. */
    transaction_id: string | null;
    number: number | null;
    /** What the reset will remove, `{id, name}` each, as JSON; `all` is 0 or 1. */
    methods: string;
    all: number;
    status: 'waiting' | 'verified' | 'denied' | 'expired' | 'used' | 'withdrawn';
    /** HMAC of the code that the caller reads out; null before the caller answered, and after the end. */
    code_mac: string | null;
    tries_left: number;
    created_at: number;
    asked_at: number;
    /** Until when it waits; once verified, until when it is valid. */
    expires_at: number;
    /** The act that it belongs to. */
    correlation_id: string | null;
  };
  /** Resets that wait for an approval, and their results. `about` and `decided_by` are JSON. */
  approvals: {
    id: string;
    agent_id: string;
    user_id: string;
    about: string;
    /**
     * `approved` while the reset runs; then `done` or `failed`. `withdrawn`: a person concerned was frozen before it
     * began.
     */
    status: 'waiting' | 'approved' | 'denied' | 'done' | 'failed' | 'withdrawn';
    decider_id: string | null;
    decided_by: string | null;
    decided_at: number | null;
    created_at: number;
    expires_at: number;
  };
  /**
   * What is still to do after a reset (JSON), written with its intent. Deleted when nothing is left; ending Okta's own
   * sessions is the last task.
   */
  resets: {
    id: string;
    intent: number;
    user_id: string;
    plan: string;
    /** 1 while the plan contains a freeze to end. */
    unfreezes: number;
    approval_id: string | null;
    done_at: number | null;
    /** How often Okta refused to end the sessions, and when the portal tries again. */
    refusals: Generated<number>;
    revoke_at: Generated<number>;
  };
  /** The recovery code that the first enrollment after a reset needs; one per person. */
  recovery_codes: {
    user_id: string;
    /** The audit row of its reset's outcome. */
    outcome: number;
    approval_id: string | null;
    /** HMAC of the code. */
    code_mac: string;
    /** Only if it could not be emailed, and only until the approver saw it. */
    sealed: string | null;
    tries_left: number;
    /** The session that redeemed it; only that one may continue. */
    session_id: string | null;
    expires_at: number;
  };
  /** People whose methods are frozen until the helpdesk unfreezes them, and the links that freeze. */
  freezes: {
    user_id: string;
    at: number;
    /** The last request to freeze: an unfreeze that started before it is void. */
    requested_at: number;
  };
  /**
   * Email addresses of accounts and of email methods as the portal saw them, in lower case; `gone_at` is null while
   * they exist.
   */
  seen_addresses: {
    user_id: string;
    source: 'account' | 'method';
    address: string;
    since: number;
    gone_at: number | null;
  };
  /**
   * People whose unfinished enrollments a freeze still has to cancel at Okta. `push_ids` is a JSON list of those that a
   * phone may finish meanwhile.
   */
  pending_cancellations: {
    user_id: string;
    begun_before: number;
    push_ids: string;
    tries: number;
    next_at: number;
    correlation_id: string | null;
  };
  /** Audit rows that a freeze still has to write, one for each thing that it withdrew. `row` is JSON. */
  withdrawals: { id: string; row: string };
  freeze_links: { token_hash: string; user_id: string; expires_at: number };
  /** Names of helpdesk staff and of the people they helped, for readers of the audit log. */
  known_names: { user_id: string; login: string; name: string };
  /**
   * Wrong codes in a row as Okta counts them, when the last attempt was made, and when the person was last notified of
   * wrong codes.
   */
  lockout_misses: { user_id: string; misses: number; missed_at: number; notified_at: number };
  /** Wrong codes of one kind since the last right one, and when the last attempt was made. */
  wrong_code_counts: { user_id: string; kind: string; misses: number; missed_at: number };
  /** Attempts of the last two days that were not right. `pending` is 1 while Okta has not answered. */
  code_attempts: { id: string; user_id: string; kind: string; at: number; pending: number };
  /** Always empty: written to check whether the store can be written. */
  write_checks: { id: number; filler: Uint8Array };
  /**
   * The locks that were ever taken. `fence` counts their holders; `expires_at` is 0 after a release. Rows stay, so that
   * no fence is given twice.
   */
  /** The portals that live on this store, and their last heartbeats by the store's own time. */
  replicas: { id: string; seen_at: number };
  locks: { name: string; fence: number; expires_at: number };
  /** Results of requests that can renew a session, for a repeat within seconds. */
  repeats: {
    session_id: string;
    /** Hashes of the `Idempotency-Key`, of the request's cookie, and of the whole request. */
    key_hash: string;
    token_hash: string;
    request_hash: string;
    /** Only the key opens it. */
    sealed: string;
    /** 1 while the request's cookie may be exchanged for the new one. */
    renewed: number;
    expires_at: number;
  };
  /** Keys of a day, each with the intent that claimed it. */
  idempotency: { user_id: string; key: string; factor_id: string | null; intent: number; expires_at: number };
  audit_log: {
    seq: number;
    at: number;
    /** `intent` and `outcome` come in pairs around a change at Okta; `event` stands alone. */
    type: 'intent' | 'outcome' | 'event';
    /** The intent of this outcome; unique, so that no intent has two. */
    intent: number | null;
    event: string;
    actor: string | null;
    subject: string | null;
    factor_id: string | null;
    kind: string | null;
    outcome: 'success' | 'failure' | 'unknown' | null;
    reason: string | null;
    address: string | null;
    agent: string | null;
    request_id: string | null;
    /** Of helpdesk operations: the ticket, how the caller was verified, and who approved. */
    ticket: string | null;
    caller_verification: string | null;
    approver: string | null;
    /** The act that the row belongs to: all rows of one act have the same. */
    correlation_id: string | null;
    /** 16 random bytes, base64url: the salts of the fields' digests derive from it. */
    salt: string;
    /** The hash of the previous row, and its own: `audit-log/chain.ts`. */
    prev: string;
    hash: string;
  };
  /** The chain's end, stored apart to detect missing last rows. `signatures` is JSON, by key id. */
  audit_log_head: { id: number; seq: number; at: number; hash: string; signatures: string };
  /** Intents without an outcome. A row is added with the intent and deleted with the outcome, in their transactions. */
  open_intents: { seq: number; at: number; event: string; subject: string | null; factor_id: string | null };
  /** What limits count, and the recent changes shown of a person, by audit row (`audit-log/counted-events.ts`). */
  counted_events: { seq: number; kind: string; who: string; at: number; expires_at: number };
  /** Messages sent per hour: to a person, to a country, and in total (`who` empty). */
  message_counts: { scope: 'person' | 'country' | 'org'; who: string; slot: number; count: number };
  /** The counts of an intent without an outcome, to be undone if nothing was sent. `scopes` is JSON. */
  open_messages: { intent: number; slot: number; scopes: string; number: string | null };
  /** Numbers that got a message within the last half minute, as MACs. */
  sent_numbers: { number: string; at: number; intent: number };
  /**
   * Alarms by name and subject (empty: about nobody): how often since the last email, and when the log got its line.
   * `details` is JSON.
   */
  alarms: { name: string; subject: string; details: string; times: number; lined_at: number; last_at: number };
  /** When the next email about alarms of a name may be sent. */
  alarm_emails: { name: string; next_at: number };
  /** How far the alarms have read the audit log; one row. */
  alarm_cursor: { id: number; seq: number };
  /** Counts for bursts, by time slot; `key` is empty for the total. */
  alarm_counts: { name: string; key: string; slot: number; count: number };
  recent_resets: { user_id: string; at: number };
  /** The networks from which people signed in. */
  known_networks: { user_id: string; network: string; first_at: number; last_at: number };
  /** Addresses of an email method that is being removed, by intent, until the outcome is known: Okta forgets them. */
  removed_addresses: { intent: number; address: string };
  outbox: {
    id: string;
    /**
     * The audit event of the notification; with the address it is unique, so that nobody is notified twice. Null for an
     * alarm.
     */
    event: number | null;
    address: string;
    subject: string;
    /** Sealed; empty once it was sent. */
    body: string;
    created_at: number;
    sent_at: number | null;
    tries: number;
    next_at: number;
  };
};

/** Null: nothing was said. `aaguid` and `backup` are what a key's authenticator said when it was added here. */
export type FactorNote = { name: string | null; place: Place | null; aaguid: string | null; backup: KeyBackup | null };
