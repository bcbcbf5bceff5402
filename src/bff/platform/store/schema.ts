import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import type { Locale } from '#contract/locale/locales.ts';
import type { PurposeText } from '#contract/purposes.ts';
import type { Generated } from 'kysely';
import type { KeyBackup, MethodLocation } from '#contract/kinds.ts';
import type { HelpdeskTables } from './tables/helpdesk.ts';
import type { NewPhoneTables } from './tables/new-phone.ts';

/** The portal's tables. Times are in milliseconds; ids and hashes are text. */
export type Tables = HelpdeskTables & NewPhoneTables & OtherTables;

type OtherTables = {
  sessions: {
    /** Public id of the session, used to list and end it. The id grants no access. */
    id: string;
    /** SHA-256 of the session cookie, base64url. */
    token_hash: string;
    user_id: string;
    login: string;
    name: string;
    first_name: string;
    /** Language of Okta's profile at the sign-in, if the portal has this language. */
    locale: Locale | null;
    /** Time zone of Okta's profile at the sign-in. It may be invalid. */
    time_zone: string | null;
    created_at: number;
    seen_at: number;
    ends_at: number;
    /** `auth_time`: the last sign-in at Okta. `verified_at`: the last verification of any kind in this session. */
    auth_time: number;
    verified_at: number;
    /** Encrypted (sealed). Used only as `id_token_hint` at the sign-out from Okta. */
    id_token: string;
    agent: string;
    address: string;
  };
  /** When all sessions of a person were last ended by somebody else, such as the helpdesk. Kept for a day. */
  session_revocations: { user_id: string; at: number };
  /** Hashes of used values that have not expired: states of sign-in attempts, and ids of signed requests. */
  consumed_tokens: {
    token_hash: string;
    expires_at: number;
    /** For a request that may be tried again until it succeeds: its hash, and how many tries are left. */
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
    /** The factor that was verified; null if unknown, for example after a sign-in at Okta. */
    factor_id: string | null;
    /** Id of the request that consumed the step-up; null if none did. */
    consumed_by: Generated<string | null>;
  };
  grants: {
    session_id: string;
    factor_id: string;
    kind: string;
    expires_at: number;
    /** How the enrollment is finished, as in the contract's `activation.how`. */
    how: 'secret' | 'code' | 'poll' | 'create';
    /** Encrypted: Okta's URL of the QR code. Anybody with this URL can load the picture. */
    qr: string | null;
  };
  /** Pushes that a session waits for. All tabs of a session share one push, and its answer gives one step-up. */
  transactions: {
    id: string;
    session_id: string;
    user_id: string;
    factor_id: string;
    kind: string;
    /** The step-up's purpose; null for a test of the method. */
    purpose: PurposeText | null;
    strength: number;
    number: number | null;
    expires_at: number;
    /** `result`: Okta's latest state. `asked_at`: when the portal last asked Okta. */
    result: string;
    asked_at: number;
  };
  /** What the portal itself knows about people's methods. */
  factor_notes: FactorNote & { user_id: string; factor_id: string };
  /**
   * Facts that the portal learned, mostly from Okta's answers. `rp_id`: the relying-party id of the org's security
   * keys. `number_matching`: since when the org's pushes contain no number.
   */
  org_facts: { name: string; value: string };
  /**
   * `misses`: wrong codes in a row, as Okta counts them. `missed_at`: the last attempt. `notified_at`: when the person
   * was last notified of wrong codes.
   */
  lockout_misses: { user_id: string; misses: number; missed_at: number; notified_at: number };
  /** `misses`: wrong codes of one kind since the last right one. `missed_at`: the last attempt. */
  wrong_code_counts: { user_id: string; kind: string; misses: number; missed_at: number };
  /**
   * Attempts to enter a code, except those with a right code. The pause after wrong codes depends on those of the last
   * two days. `pending` is 1 until Okta answers.
   */
  code_attempts: { id: string; user_id: string; kind: string; at: number; pending: number };
  /** Rows that are written only to check whether the store can be written. */
  write_checks: { id: number; filler: Uint8Array };
  /** The live portals on this store. `seen_at`: last heartbeat, in the store's own time. */
  replicas: { id: string; seen_at: number };
  /**
   * One row for each lock that was ever taken. Rows stay, so that no fence is used twice. `fence`: how often the lock
   * was taken. `expires_at`: 0 after a release. `holder`: a random value, with which a holder that does not know its
   * fence can release the lock.
   */
  locks: { name: string; fence: number; expires_at: number; holder: Generated<string> };
  /** Changes, identified by person and idempotency key. A repeated request gets the stored result. */
  repeats: {
    /** Hashes of the `Idempotency-Key` and of the whole request. */
    key_hash: string;
    user_id: string;
    request_hash: string;
    expires_at: number;
    /**
     * `request_id`: the request that claimed the key. `intent`: the intent for which the request last claimed the key;
     * null if it last claimed the key for an event.
     */
    request_id: Generated<string | null>;
    intent: Generated<number | null>;
    /** Null until the request succeeded. */
    outcome: Generated<'success' | null>;
    factor_id: Generated<string | null>;
    /** Only for a request that can renew the session: the session, and the hash of the session's cookie. */
    session_id: Generated<string | null>;
    token_hash: Generated<string | null>;
    /** Only for such a request: its result, encrypted with the idempotency key. */
    sealed: Generated<string | null>;
    /** 1 while a repeated request may exchange the old cookie for the new one. */
    renewed: Generated<number>;
  };
  audit_log: {
    seq: number;
    at: number;
    /** `intent` and `outcome` are the rows before and after a change at Okta; `event` stands alone. */
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
    /** Only for helpdesk operations: the ticket, how the caller was verified, and who approved. */
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
  /**
   * Number, time and hash of the log's last row. With this copy, a verification detects that the last rows were
   * deleted. `signatures`: JSON, by key id.
   */
  audit_log_head: { id: number; seq: number; at: number; hash: string; signatures: string };
  /**
   * One row about the audit log's sink. `seq`: the last row that the sink received; sending continues after it.
   * `tries`: number of failed attempts. `next_at`: when to try again.
   */
  audit_sink_cursor: { id: number; seq: number; tries: number; next_at: number };
  /**
   * Intents without an outcome. A row is added in the intent's transaction, and deleted in the outcome's.
   *
   * `answered`: 1 when Okta answered the call with an error, so Okta no longer works on the change.
   * `removed_address`: address of an email method that is being removed, because Okta deletes the address too.
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
  /**
   * One row for each event that a limit, an alarm or a page counts (`audit-log/counts.ts`). `seq`: the event's audit
   * row, or null. `expires_at`: the end of the event's window.
   */
  counted_events: { seq: number | null; kind: string; who: string; at: number; expires_at: number };
  outbox: {
    id: string;
    /**
     * The audit event of the notification; null for an alarm. Unique together with the address, so that nobody is
     * notified twice.
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

/** A null field is unknown. `aaguid`, `backup`: reported by a security key's authenticator when the key was added. */
export type FactorNote = {
  name: string | null;
  aaguid: string | null;
  backup: KeyBackup | null;
  /** Where a key was created, according to the browser. */
  made_on: MethodLocation | null;
  /** When the method last verified its owner, in a step-up or a test. */
  used_at: number | null;
};
