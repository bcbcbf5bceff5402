import { sql, type Kysely } from 'kysely';
import { ddlFor, getDatabaseName } from '#database/portable-sql.ts';
import type { Migrations } from '#database/migrate.ts';
import type { Tables } from './schema.ts';

const signIn = `
  CREATE TABLE sessions (
    id TEXT PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, login TEXT NOT NULL,
    name TEXT NOT NULL,
    first_name TEXT NOT NULL, locale TEXT, time_zone TEXT,
    created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,
    auth_time INTEGER NOT NULL, verified_at INTEGER NOT NULL, id_token TEXT NOT NULL, agent TEXT NOT NULL,
    address TEXT NOT NULL
  );
  CREATE INDEX sessions_user ON sessions (user_id);
  CREATE INDEX sessions_end ON sessions (ends_at);
  CREATE TABLE session_revocations (user_id TEXT PRIMARY KEY, at INTEGER NOT NULL);
  CREATE INDEX session_revocations_at ON session_revocations (at);
  CREATE TABLE consumed_tokens (
    token_hash TEXT PRIMARY KEY, expires_at INTEGER NOT NULL, request_hash TEXT, tries_left INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX consumed_tokens_end ON consumed_tokens (expires_at);
`;

const factors = `
  CREATE TABLE step_ups (
    id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, purpose TEXT NOT NULL,
    strength INTEGER NOT NULL, expires_at INTEGER NOT NULL, consumed_at INTEGER, factor_id TEXT, consumed_by TEXT
  );
  CREATE INDEX step_ups_consumed ON step_ups (consumed_by) WHERE consumed_by IS NOT NULL;
  CREATE INDEX step_ups_session ON step_ups (session_id, purpose);
  CREATE INDEX step_ups_end ON step_ups (expires_at);
  CREATE TABLE grants (
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, factor_id TEXT NOT NULL, kind TEXT NOT NULL,
    expires_at INTEGER NOT NULL, how TEXT NOT NULL, qr TEXT, PRIMARY KEY (session_id, factor_id)
  );
  CREATE INDEX grants_factor ON grants (factor_id);
  CREATE TABLE replacements (
    user_id TEXT NOT NULL, factor_id TEXT NOT NULL, kind TEXT NOT NULL, session_id TEXT NOT NULL,
    strength INTEGER NOT NULL, granted_until INTEGER NOT NULL, created_at INTEGER NOT NULL, correlation_id TEXT,
    new_factor_id TEXT, PRIMARY KEY (user_id, factor_id)
  );
  CREATE INDEX replacements_created ON replacements (created_at);
  CREATE TABLE transactions (
    id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, user_id TEXT NOT NULL,
    factor_id TEXT NOT NULL, kind TEXT NOT NULL, purpose TEXT, strength INTEGER NOT NULL, number INTEGER,
    expires_at INTEGER NOT NULL, result TEXT NOT NULL, asked_at INTEGER NOT NULL
  );
  CREATE INDEX transactions_session ON transactions (session_id, factor_id);
  CREATE INDEX transactions_end ON transactions (expires_at);
  CREATE TABLE factor_notes (
    user_id TEXT NOT NULL, factor_id TEXT NOT NULL, name TEXT, aaguid TEXT, backup TEXT,
    made_on TEXT, used_at INTEGER,
    PRIMARY KEY (user_id, factor_id)
  );
  CREATE TABLE org_facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
`;

const counters = `
  CREATE TABLE lockout_misses (
    user_id TEXT PRIMARY KEY, misses INTEGER NOT NULL, missed_at INTEGER NOT NULL, notified_at INTEGER NOT NULL
  );
  CREATE TABLE wrong_code_counts (
    user_id TEXT NOT NULL, kind TEXT NOT NULL, misses INTEGER NOT NULL, missed_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, kind)
  );
  CREATE TABLE code_attempts (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, pending INTEGER NOT NULL
  );
  CREATE INDEX code_attempts_kind ON code_attempts (user_id, kind, at);
  CREATE INDEX code_attempts_at ON code_attempts (at);
`;

const messages = `
`;

const requests = `
  CREATE TABLE write_checks (id INTEGER PRIMARY KEY, filler BLOB NOT NULL);
  CREATE TABLE replicas (id TEXT PRIMARY KEY, seen_at INTEGER NOT NULL);
  CREATE TABLE locks (
    name TEXT PRIMARY KEY, fence INTEGER NOT NULL, expires_at INTEGER NOT NULL, holder TEXT NOT NULL DEFAULT ''
  );
  CREATE TABLE repeats (
    key_hash TEXT NOT NULL, user_id TEXT NOT NULL, request_hash TEXT NOT NULL, expires_at INTEGER NOT NULL,
    request_id TEXT, intent INTEGER, outcome TEXT, factor_id TEXT,
    session_id TEXT REFERENCES sessions (id) ON DELETE CASCADE, token_hash TEXT, sealed TEXT,
    renewed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (key_hash, user_id)
  );
  CREATE INDEX repeats_factor ON repeats (user_id, factor_id);
  CREATE INDEX repeats_intent ON repeats (intent);
  CREATE INDEX repeats_session ON repeats (session_id);
  CREATE INDEX repeats_end ON repeats (expires_at);
`;

const auditLog = `
  CREATE TABLE audit_log (
    seq INTEGER PRIMARY KEY CHECK (seq > 0), at INTEGER NOT NULL, type TEXT NOT NULL, intent INTEGER,
    event TEXT NOT NULL, actor TEXT, subject TEXT, factor_id TEXT, kind TEXT, outcome TEXT, reason TEXT,
    address TEXT, agent TEXT, request_id TEXT, ticket TEXT, caller_verification TEXT, approver TEXT,
    correlation_id TEXT, salt TEXT NOT NULL, prev TEXT NOT NULL,
    hash TEXT NOT NULL
  );
  CREATE INDEX audit_log_event ON audit_log (event, seq);
  CREATE INDEX audit_log_actor ON audit_log (actor, seq) WHERE actor IS NOT NULL;
  CREATE INDEX audit_log_subject ON audit_log (subject, seq) WHERE subject IS NOT NULL;
  CREATE INDEX audit_log_correlation ON audit_log (correlation_id, seq) WHERE correlation_id IS NOT NULL;
  CREATE INDEX audit_log_ticket ON audit_log (lower(ticket), seq) WHERE ticket IS NOT NULL;
  CREATE INDEX audit_log_outcomes ON audit_log (outcome, seq) WHERE outcome <> 'success';
  CREATE INDEX audit_log_at ON audit_log (at, seq);
  CREATE INDEX audit_log_activated ON audit_log (subject, seq) WHERE event = 'user.mfa.factor.activate' AND outcome = 'success';
  CREATE INDEX audit_log_changes ON audit_log (subject, seq) WHERE event IN (
    'user.mfa.factor.activate', 'user.mfa.factor.deactivate', 'user.mfa.factor.reset', 'user.mfa.factor.reset_all',
    'user.account.freeze', 'user.account.unfreeze', 'user.account.unlock'
  ) AND outcome = 'success' AND NOT (
    event IN ('user.mfa.factor.activate', 'user.mfa.factor.deactivate')
    AND COALESCE(reason, '') IN ('cancelled', 'begun anew')
  );
  CREATE TABLE audit_log_head (
    id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, at INTEGER NOT NULL, hash TEXT NOT NULL,
    signatures TEXT NOT NULL
  );
  CREATE TABLE audit_sink_cursor (
    id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, tries INTEGER NOT NULL,
    next_at INTEGER NOT NULL
  );
  CREATE TABLE open_intents (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, event TEXT NOT NULL, subject TEXT, factor_id TEXT,
    answered INTEGER NOT NULL DEFAULT 0, removed_address TEXT
  );
  CREATE INDEX open_intents_subject ON open_intents (subject);
  CREATE TABLE counted_events (
    seq INTEGER, kind TEXT NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL, expires_at INTEGER NOT NULL
  );
  CREATE INDEX counted_events_window ON counted_events (kind, who, at, seq);
  CREATE INDEX counted_events_seq ON counted_events (seq);
  CREATE INDEX counted_events_end ON counted_events (expires_at);
`;

const outbox = `
  CREATE TABLE outbox (
    id TEXT PRIMARY KEY, event INTEGER, address TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
    created_at INTEGER NOT NULL, sent_at INTEGER, tries INTEGER NOT NULL, next_at INTEGER NOT NULL,
    UNIQUE (event, address)
  );
  CREATE INDEX outbox_due ON outbox (next_at) WHERE sent_at IS NULL;
  CREATE INDEX outbox_waiting ON outbox (created_at) WHERE sent_at IS NULL;
  CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;
`;

const helpdesk = `
  CREATE TABLE caller_verifications (
    id TEXT PRIMARY KEY, agent_id TEXT NOT NULL, agent_name TEXT NOT NULL, user_id TEXT NOT NULL, type TEXT NOT NULL,
    factor_id TEXT, transaction_id TEXT, number INTEGER, methods TEXT NOT NULL, "all" INTEGER NOT NULL,
    reason TEXT NOT NULL, status TEXT NOT NULL,
    code_mac TEXT, strength INTEGER, tries_left INTEGER NOT NULL, created_at INTEGER NOT NULL,
    asked_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, correlation_id TEXT, denied_at INTEGER, used TEXT,
    doubt TEXT
  );
  CREATE INDEX caller_verifications_user ON caller_verifications (user_id, expires_at);
  CREATE INDEX caller_verifications_agent ON caller_verifications (agent_id, expires_at);
  CREATE INDEX caller_verifications_created ON caller_verifications (created_at);
  CREATE TABLE attack_signs (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, kind TEXT NOT NULL, agent_id TEXT, agent_name TEXT,
    times INTEGER NOT NULL, last_at INTEGER NOT NULL, signs TEXT, ends_at INTEGER NOT NULL
  );
  CREATE INDEX attack_signs_user ON attack_signs (user_id, ends_at);
  CREATE INDEX attack_signs_end ON attack_signs (ends_at);
  CREATE TABLE approvals (
    id TEXT PRIMARY KEY, agent_id TEXT NOT NULL, user_id TEXT NOT NULL, operation TEXT NOT NULL, reset TEXT NOT NULL,
    status TEXT NOT NULL, decider_id TEXT, decided_by TEXT, decided_at INTEGER, denial TEXT, decision_note TEXT,
    created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
  );
  CREATE INDEX approvals_created ON approvals (created_at);
  CREATE INDEX approvals_open ON approvals (expires_at) WHERE status IN ('waiting', 'approved');
  CREATE INDEX approvals_agent ON approvals (agent_id, created_at);
  CREATE INDEX approvals_user ON approvals (user_id, created_at);
  CREATE INDEX approvals_approved ON approvals (decided_at) WHERE status = 'approved';
  CREATE TABLE resets (
    id TEXT PRIMARY KEY, intent INTEGER NOT NULL UNIQUE, user_id TEXT NOT NULL, reset TEXT NOT NULL
  );
  CREATE INDEX resets_user ON resets (user_id);
  CREATE TABLE recovery_codes (
    user_id TEXT PRIMARY KEY, outcome INTEGER NOT NULL, approval_id TEXT, code_mac TEXT NOT NULL, sealed TEXT,
    session_id TEXT, expires_at INTEGER NOT NULL
  );
  CREATE INDEX recovery_codes_approval ON recovery_codes (approval_id) WHERE approval_id IS NOT NULL;
  CREATE TABLE freezes (
    user_id TEXT PRIMARY KEY, at INTEGER NOT NULL, requested_at INTEGER NOT NULL, reported TEXT
  );
  CREATE TABLE seen_addresses (
    user_id TEXT NOT NULL, source TEXT NOT NULL, address TEXT NOT NULL, since INTEGER NOT NULL, gone_at INTEGER,
    PRIMARY KEY (user_id, source, address)
  );
  CREATE INDEX seen_addresses_gone ON seen_addresses (gone_at) WHERE gone_at IS NOT NULL;
  CREATE TABLE tasks (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, user_id TEXT NOT NULL, details TEXT NOT NULL, tries INTEGER NOT NULL,
    tried_at INTEGER NOT NULL, due_at INTEGER NOT NULL
  );
  CREATE INDEX tasks_due ON tasks (kind, due_at);
  CREATE TABLE freeze_links (
    token_hash TEXT PRIMARY KEY, user_id TEXT NOT NULL, name TEXT NOT NULL, locale TEXT, time_zone TEXT,
    expires_at INTEGER NOT NULL, frozen_at INTEGER
  );
  CREATE INDEX freeze_links_end ON freeze_links (expires_at);
  CREATE TABLE known_names (
    user_id TEXT PRIMARY KEY, login TEXT NOT NULL, name TEXT NOT NULL, locale TEXT, held_locale TEXT,
    locale_changes TEXT
  );
  CREATE INDEX known_names_login ON known_names (lower(login));
`;

export const firstRows = `
  INSERT INTO audit_log_head VALUES (1, 0, 0, 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', '{}');
  INSERT INTO audit_sink_cursor VALUES (1, 0, 0, 0);
`;

async function createTables(db: Kysely<Tables>): Promise<void> {
  const script = [signIn, factors, counters, messages, requests, auditLog, outbox, helpdesk, firstRows].join('');
  for (const statement of ddlFor(getDatabaseName(db), script)) await sql.raw(statement).execute(db);
}

/** Add new migrations at the end. A released one never changes. */
export const migrations: Migrations = { '0001_tables': { up: createTables } };
