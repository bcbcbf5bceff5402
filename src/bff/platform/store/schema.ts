import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import type { Locale } from '#contract/locale/locales.ts';
import type { PurposeText } from '#contract/purposes.ts';
import type { Generated } from 'kysely';
import type { KeyBackup, MethodLocation } from '#contract/kinds.ts';
import type { HelpdeskTables } from './tables/helpdesk.ts';
import type { NewPhoneTables } from './tables/new-phone.ts';

/** Times are in ms. Ids and hashes are text. */
export type Tables = HelpdeskTables & NewPhoneTables & OtherTables;

type OtherTables = {
  sessions: {
    /** Public: the id grants no access. */
    id: string;
    /** SHA-256 of the session cookie, base64url. */
    token_hash: string;
    user_id: string;
    login: string;
    name: string;
    first_name: string;
    /** From Okta's profile at the sign-in. Null if the portal does not have the language. */
    locale: Locale | null;
    /** From Okta's profile at the sign-in. It may be invalid. */
    time_zone: string | null;
    created_at: number;
    seen_at: number;
    ends_at: number;
    /** `auth_time`: the last sign-in at Okta. `verified_at`: the last verification of any kind in this session. */
    auth_time: number;
    verified_at: number;
    /** Encrypted. Used only as `id_token_hint` at the sign-out from Okta. */
    id_token: string;
    agent: string;
    address: string;
  };
  /** When all sessions of a person were last ended. Kept for a day. */
  session_revocations: { user_id: string; at: number };
  /** Used states of sign-in attempts, and used ids of signed requests. */
  consumed_tokens: {
    token_hash: string;
    expires_at: number;
    /** `request_hash` and `tries_left`: for a request that may be tried again until it succeeds. */
    request_hash: Generated<string | null>;
    tries_left: Generated<number>;
  };
  step_ups: {
    id: string;
    session_id: string;
    purpose: PurposeText;
    strength: number;
    expires_at: number;
    consumed_at: number | null;
    /** Null if unknown, for example after a sign-in at Okta. */
    factor_id: string | null;
    /** Id of the request that consumed the step-up. */
    consumed_by: Generated<string | null>;
  };
  grants: {
    session_id: string;
    factor_id: string;
    kind: string;
    expires_at: number;
    /** As in the contract's `activation.how`. */
    how: 'secret' | 'code' | 'poll' | 'create';
    /** Encrypted: Okta's URL of the QR code. Anybody with this URL can load the picture. */
    qr: string | null;
  };
  /** Pushes. All tabs of a session share one push, and its answer gives one step-up. */
  transactions: {
    id: string;
    session_id: string;
    user_id: string;
    factor_id: string;
    kind: string;
    /** Null for a test of the method. */
    purpose: PurposeText | null;
    strength: number;
    number: number | null;
    expires_at: number;
    /** `result`: Okta's latest state. `asked_at`: when the portal last asked Okta. */
    result: string;
    asked_at: number;
  };
  factor_notes: FactorNote & { user_id: string; factor_id: string };
  /**
   * `rp_id`: the relying-party id of the org's security keys. `number_matching`: since when pushes contain no number.
   */
  org_facts: { name: string; value: string };
  /** `misses`: wrong codes in a row, as Okta counts them. `missed_at`: when the last code was tried. */
  lockout_misses: { user_id: string; misses: number; missed_at: number; notified_at: number };
  /** `misses`: wrong codes of one kind since the last right one. `missed_at`: when the last code was tried. */
  wrong_code_counts: { user_id: string; kind: string; misses: number; missed_at: number };
  /** Attempts except those with a right code. `pending` is 1 until Okta answers. */
  code_attempts: { id: string; user_id: string; kind: string; at: number; pending: number };
  /** Written only to check whether the store can be written. */
  write_checks: { id: number; filler: Uint8Array };
  /** Live portals. `seen_at`: last heartbeat, in the store's own time. */
  replicas: { id: string; seen_at: number };
  /**
   * Rows stay, so that no fence is used twice. `fence`: how often the lock was taken. `expires_at`: 0 after a release.
   * `holder`: a random value, because a holder whose answer was lost does not know its fence.
   */
  locks: { name: string; fence: number; expires_at: number; holder: Generated<string> };
  /** Changes, by person and idempotency key. A repeated request gets the stored result. */
  repeats: {
    /** `key_hash`: of the `Idempotency-Key`. `request_hash`: of the whole request. */
    key_hash: string;
    user_id: string;
    request_hash: string;
    expires_at: number;
    /** `request_id`: the request that claimed the key. `intent`: null if the key was last claimed for an event. */
    request_id: Generated<string | null>;
    intent: Generated<number | null>;
    /** Null until the request succeeded. */
    outcome: Generated<'success' | null>;
    factor_id: Generated<string | null>;
    /** `session_id` and `token_hash` (of the cookie): only for a request that can renew the session. */
    session_id: Generated<string | null>;
    token_hash: Generated<string | null>;
    /** The result of a request that can renew the session, encrypted with the idempotency key. */
    sealed: Generated<string | null>;
    /** 1 while a repeated request may exchange the old cookie for the new one. */
    renewed: Generated<number>;
  };
  audit_log: {
    seq: number;
    at: number;
    /** `intent` and `outcome` are the rows before and after a change at Okta. `event` stands alone. */
    type: 'intent' | 'outcome' | 'event';
    /** The intent that this outcome belongs to. `open_intents` guarantees at most one outcome for an intent. */
    intent: number | null;
    /** A row that an older version wrote may have an event that is not in this type. */
    event: AuditEvent;
    actor: string | null;
    subject: string | null;
    factor_id: string | null;
    kind: string | null;
    outcome: 'success' | 'failure' | 'unknown' | null;
    reason: string | null;
    address: string | null;
    agent: string | null;
    request_id: string | null;
    /** `ticket`, `caller_verification` and `approver`: only for helpdesk operations. */
    ticket: string | null;
    caller_verification: string | null;
    approver: string | null;
    /** Shared by all rows of one operation. */
    correlation_id: string | null;
    /** 16 random bytes, base64url. The salts of the fields' digests are derived from these bytes. */
    salt: string;
    /** `prev`: the hash of the previous row. `hash`: the hash of this row (`audit-log/chain.ts`). */
    prev: string;
    hash: string;
  };
  /** A copy of the log's last row, so that a verification detects deleted last rows. `signatures`: JSON, by key id. */
  audit_log_head: { id: number; seq: number; at: number; hash: string; signatures: string };
  /** `seq`: the last row that the sink received. `tries`: failed attempts. `next_at`: when to try again. */
  audit_sink_cursor: { id: number; seq: number; tries: number; next_at: number };
  /**
   * Intents without an outcome. `answered`: 1 when Okta answered the call with an error, so Okta no longer works on the
   * change. `removed_address`: the address of the email method to remove, because Okta deletes the address, too.
   */
  open_intents: {
    seq: number;
    at: number;
    event: AuditEvent;
    subject: string | null;
    factor_id: string | null;
    answered: Generated<number>;
    removed_address: Generated<string | null>;
  };
  /** One row for each event that a limit, an alarm or a page counts. `seq`: the event's audit row, or null. */
  counted_events: { seq: number | null; kind: string; who: string; at: number; expires_at: number };
  outbox: {
    id: string;
    /**
     * Number of an audit row; null for an alarm. Unique together with the address, so that nobody is notified twice.
     */
    event: number | null;
    address: string;
    subject: string;
    /** Encrypted; empty after the email was sent. */
    body: string;
    created_at: number;
    sent_at: number | null;
    tries: number;
    next_at: number;
  };
};

/** A null field is unknown. `aaguid` and `backup`: reported by a security key's authenticator. */
export type FactorNote = {
  name: string | null;
  aaguid: string | null;
  backup: KeyBackup | null;
  /** Where a key was created, according to the browser. */
  made_on: MethodLocation | null;
  /** When the method last verified its owner, in a step-up or a test. */
  used_at: number | null;
};
