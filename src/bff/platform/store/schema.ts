import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import type { Locale } from '#contract/locale/locales.ts';
import type { PurposeText } from '#contract/purposes.ts';
import type { Generated } from 'kysely';
import type { KeyBackup, MethodLocation } from '#contract/kinds.ts';
import type { HelpdeskTables } from './tables/helpdesk.ts';
import type { NewPhoneTables } from './tables/new-phone.ts';

/** The portal's tables. Times are milliseconds of the clock; ids and hashes are text. */
export type Tables = HelpdeskTables & NewPhoneTables & OtherTables;

type OtherTables = {
  sessions: {
    /** Public id, for listing and ending; grants no access. */
    id: string;
    /** SHA-256 of the cookie's value, base64url. */
    token_hash: string;
    user_id: string;
    login: string;
    name: string;
    first_name: string;
    /** What Okta's profile named at the sign-in, if it is one of ours. */
    locale: Locale | null;
    /** The time zone that the profile named then, unchecked. */
    time_zone: string | null;
    created_at: number;
    seen_at: number;
    ends_at: number;
    /** When the person last signed in at Okta, and when they last authenticated in any way in this session. */
    auth_time: number;
    verified_at: number;
    /** Sealed; only for `id_token_hint` at sign-out. */
    id_token: string;
    agent: string;
    address: string;
  };
  /** When all sessions of a person were last ended from outside; kept for a day. */
  session_revocations: { user_id: string; at: number };
  /** Hashes of used one-time values, states of sign-in attempts and ids of signed requests, while they are valid. */
  consumed_tokens: {
    token_hash: string;
    expires_at: number;
    /** For a request that may be tried again until it succeeds: its hash, and the number of tries. */
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
    /** The factor that was verified here; null if it is not known, as after a sign-in at Okta. */
    factor_id: string | null;
    /** The id of the request that consumed it; null: it was not consumed. */
    consumed_by: Generated<string | null>;
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
    purpose: PurposeText | null;
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
  /**
   * What the portal learned about the org from Okta's answers: `rp_id`, the relying-party id of its keys;
   * `number_matching`, since when its pushes bring no number.
   */
  org_facts: { name: string; value: string };
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
  /** The portals that live on this store, and their last heartbeats by the store's own time. */
  replicas: { id: string; seen_at: number };
  /**
   * The locks that were ever taken. `fence` counts their holders; `expires_at` is 0 after a release. Rows stay, so that
   * no fence is given twice. `holder` is random: a holder that never learned its fence can still release.
   */
  locks: { name: string; fence: number; expires_at: number; holder: Generated<string> };
  /** Changes by person and key, for a repeat of the request. */
  repeats: {
    /** Hashes of the `Idempotency-Key` and of the whole request. */
    key_hash: string;
    user_id: string;
    request_hash: string;
    expires_at: number;
    /** The request that claimed the key, and its last row of the audit log. */
    request_id: Generated<string | null>;
    intent: Generated<number | null>;
    /** Null: not known yet. */
    outcome: Generated<'success' | null>;
    factor_id: Generated<string | null>;
    /** For a request that can renew the session: the session, the hash of its cookie, and the result. */
    session_id: Generated<string | null>;
    token_hash: Generated<string | null>;
    /** Only the key opens it. */
    sealed: Generated<string | null>;
    /** 1 while the request's cookie may be exchanged for the new one. */
    renewed: Generated<number>;
  };
  audit_log: {
    seq: number;
    at: number;
    /** `intent` and `outcome` come in pairs around a change at Okta; `event` stands alone. */
    type: 'intent' | 'outcome' | 'event';
    /** The intent of this outcome. `open_intents` decides that no intent has two. */
    intent: number | null;
    /** A row of an older version may have a name that is none of these. */
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
    /** Of helpdesk operations: the ticket, how the caller was verified, and who approved. */
    ticket: string | null;
    caller_verification: string | null;
    approver: string | null;
    /** The id that all rows of one operation share. */
    correlation_id: string | null;
    /** 16 random bytes, base64url: the salts of the fields' digests derive from it. */
    salt: string;
    /** The hash of the previous row, and its own: `audit-log/chain.ts`. */
    prev: string;
    hash: string;
  };
  /** The chain's end, stored apart to detect missing last rows. `signatures` is JSON, by key id. */
  audit_log_head: { id: number; seq: number; at: number; hash: string; signatures: string };
  /**
   * The last row that the audit log's sink has, the row after which sending begins again when the receiver failed, and
   * when to try again; one row.
   */
  audit_sink_cursor: { id: number; seq: number; tries: number; next_at: number };
  /**
   * Intents without an outcome. A row is added with the intent and deleted with the outcome, in their transactions.
   * `answered`: 1 once Okta answered the call with an error, so that it no longer runs there. `removed_address`: that
   * of an email method which is being removed, since Okta forgets it with the method.
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
   * One row for each event that limits or alarms count, or that pages show (`audit-log/counts.ts`): its audit row if it
   * has one, and when its window ends.
   */
  counted_events: { seq: number | null; kind: string; who: string; at: number; expires_at: number };
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
export type FactorNote = {
  name: string | null;
  aaguid: string | null;
  backup: KeyBackup | null;
  /** Where a key seemed to be when it was made here: a hint of the browser's. */
  made_on: MethodLocation | null;
  /** When it last verified its owner here, in a step-up or a test. */
  used_at: number | null;
};
