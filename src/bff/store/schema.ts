import type { Generated } from 'kysely';

/** The portal's own tables. Times are milliseconds of the clock; ids and hashes are text. */
export type Tables = {
  sessions: {
    /** Public id, for listing and ending; grants nothing. */
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
    /** When the org last saw the person sign in, and when they last proved themselves in any way. */
    auth_time: number;
    verified_at: number;
    /** Sealed; only for `id_token_hint` at sign-out. */
    id_token: string;
    agent: string;
  };
  /** When all sessions of a person were last ended from outside; kept for a day. */
  session_revocations: { user_id: string; at: number };
  /**
   * Hashes of what is good for one use and was used: states of sign-in attempts, ids of signed requests. Gone when too
   * old anyway.
   */
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
    /** Sealed: the org's address of the QR code, whose path is the authority to see it. */
    qr: string | null;
  };
  /** Pushes that somebody waits for, so that one asks the org for all tabs, and an answer is worth a proof once. */
  transactions: {
    id: string;
    session_id: string;
    user_id: string;
    factor_id: string;
    kind: string;
    /** What it proves; null for a test. */
    purpose: string | null;
    strength: number;
    number: number | null;
    expires_at: number;
    /** Okta's last word, and when it was asked for. */
    result: string;
    asked_at: number;
  };
  /** What people call their methods. */
  factor_names: { user_id: string; factor_id: string; name: string };
  /**
   * What was learnt of the org by asking: `rp_id`, whose name its keys carry; `number_matching`, since when its pushes
   * are known to bring no number.
   */
  org_facts: { name: string; value: string };
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
    /** What is about to be reset, `{id, name}` each, as JSON; `all` is 0 or 1. */
    methods: string;
    all: number;
    status: 'waiting' | 'verified' | 'denied' | 'expired' | 'used' | 'withdrawn';
    /** HMAC of the code that the caller speaks; null before they answered, and after it is over. */
    code_mac: string | null;
    tries_left: number;
    created_at: number;
    asked_at: number;
    /** Until when it waits; once proven, until when it is good. */
    expires_at: number;
  };
  /** Resets that wait for a second pair of eyes, and what became of them. `about` and `decided_by` are JSON. */
  approvals: {
    id: string;
    agent_id: string;
    user_id: string;
    about: string;
    /**
     * `approved` while the reset goes on; then `done` or `failed`. `withdrawn`: somebody concerned was frozen before it
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
   * What a reset owes once it happened (JSON), written with its intent. It goes when nothing is owed: the org's own
   * sessions are ended last.
   */
  resets: {
    id: string;
    intent: number;
    user_id: string;
    plan: string;
    approval_id: string | null;
    done_at: number | null;
    /** How often the org refused to end the sessions, and when it is asked again. */
    refusals: Generated<number>;
    revoke_at: Generated<number>;
  };
  /** The code that the first enrollment after a reset asks for, one a person. */
  recovery_codes: {
    user_id: string;
    /** The audit row of the reset it came with. */
    outcome: number;
    approval_id: string | null;
    /** HMAC of the code. */
    code_mac: string;
    /** Only where nobody could be sent it, until it was shown to the approver. */
    sealed: string | null;
    tries_left: number;
    /** The session that gave it; that one alone goes on. */
    session_id: string | null;
    expires_at: number;
  };
  /** People whose methods cannot be changed here until the helpdesk says so, and the links that bring that about. */
  freezes: {
    user_id: string;
    at: number;
    /** The last time it was asked for: what began to lift it before is void. */
    requested_at: number;
  };
  /**
   * Email addresses of accounts and of email methods as we saw them, in lower case; `gone_at` null while they are
   * there.
   */
  seen_addresses: {
    user_id: string;
    source: 'account' | 'method';
    address: string;
    since: number;
    gone_at: number | null;
  };
  /**
   * People whose unfinished enrollments a freeze still has to cancel at the org. `push_ids` is a JSON list: those that
   * a phone may finish meanwhile.
   */
  pending_cancellations: { user_id: string; begun_before: number; push_ids: string; tries: number; next_at: number };
  /** Audit rows that a freeze still has to write, one for each thing it withdrew. `row` is JSON. */
  withdrawals: { id: string; row: string };
  freeze_links: { token_hash: string; user_id: string; expires_at: number };
  /** Names of those at the helpdesk and of those before it, for whoever reads the audit log. */
  known_names: { user_id: string; login: string; name: string };
  /**
   * Wrong codes in a row as the org counts them, when the last attempt was made, and when the person was last told of
   * guesses.
   */
  lockout_misses: { user_id: string; misses: number; missed_at: number; notified_at: number };
  /** Wrong codes of one kind since the last right one, and when the last attempt was made. */
  wrong_code_counts: { user_id: string; kind: string; misses: number; missed_at: number };
  /** Attempts of the last two days that were not right. `pending` is 1 while the org has not answered. */
  code_attempts: { id: string; user_id: string; kind: string; at: number; pending: number };
  /** Empty: written to find out whether anything can be. */
  write_checks: { id: number; filler: Uint8Array };
  locks: { name: string; holder: string; expires_at: number };
  /** What became of requests that can renew a session, for a repeat within seconds. */
  repeats: {
    session_id: string;
    /** Of the `Idempotency-Key`; of the cookie that the request came with; of all that was asked. */
    key_hash: string;
    token_hash: string;
    request_hash: string;
    /** Opens with the key alone. */
    sealed: string;
    /** 1 while the cookie it came with may be changed for the new one. */
    renewed: number;
    expires_at: number;
  };
  idempotency: { user_id: string; key: string; factor_id: string | null; expires_at: number };
  audit_log: {
    seq: number;
    at: number;
    /** `intent` and `outcome` come in pairs around a change at the org; `event` stands alone. */
    type: 'intent' | 'outcome' | 'event';
    /** The intent this is the outcome of; unique, so that no intent has two. */
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
    /** Of the helpdesk's acts: the ticket, how the caller was verified, and who approved. */
    ticket: string | null;
    caller_verification: string | null;
    approver: string | null;
    /** 16 random bytes, base64url: what the salts of the fields' digests are made of. */
    salt: string;
    /** The link before it, and its own: `audit-log/chain.ts`. */
    prev: string;
    hash: string;
  };
  /** The chain's end, kept apart so that a cut tail shows. `signatures` is JSON, by key id. */
  audit_log_head: { id: number; seq: number; at: number; hash: string; signatures: string };
  /** Intents without an outcome: a row comes and goes with them, in their transactions. */
  open_intents: { seq: number; at: number; event: string; subject: string | null; factor_id: string | null };
  /** What limits count, and the recent changes shown of a person (`audit-log/counted-events.ts`). `seq` is the audit row's. */
  counted_events: { seq: number; kind: string; who: string; at: number; expires_at: number };
  /** Messages sent, by the hour they were sent in: to a person, to a country, and (`who` empty) all. */
  message_counts: { scope: 'person' | 'country' | 'org'; who: string; slot: number; count: number };
  /**
   * What an intent without an outcome was counted as, to be taken back should nothing have been sent. `scopes` is JSON.
   */
  open_messages: { intent: number; slot: number; scopes: string; number: string | null };
  /** Numbers that a message went to within half a minute, as MACs. */
  sent_numbers: { number: string; at: number; intent: number };
  /**
   * Alarms by name and subject (empty: about nobody): how often since the last email, and when the log had its line.
   * `details` is JSON.
   */
  alarms: { name: string; subject: string; details: string; times: number; lined_at: number; last_at: number };
  /** When the next email about alarms of a name may go out. */
  alarm_emails: { name: string; next_at: number };
  /** How far the alarms have read the audit log; one row. */
  alarm_cursor: { id: number; seq: number };
  /** What is counted for bursts, in slots of time; `key` is empty for all together. */
  alarm_counts: { name: string; key: string; slot: number; count: number };
  recent_resets: { user_id: string; at: number };
  /** From which networks people signed in. */
  known_networks: { user_id: string; network: string; first_at: number; last_at: number };
  /**
   * Addresses of an email method that is being removed, by the intent, until its outcome is known: Okta forgets them.
   */
  removed_addresses: { intent: number; address: string };
  outbox: {
    id: string;
    /** The audit event told of; with the address unique, so that nobody is told twice. Null for an alarm. */
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
