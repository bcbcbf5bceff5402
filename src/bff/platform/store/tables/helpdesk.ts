import type { attackSignKinds, denialReasons, operationReasons, ownEndings } from '#contract/helpdesk-schemas.ts';

/** The tables of the helpdesk, of freezes and of what the portal saw of people; part of `Tables`. */
export type HelpdeskTables = {
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
    /** What the caller is verified for: methods, `{id, kind, name}` each, as JSON; `all` is 0 or 1; and why. */
    methods: string;
    all: number;
    reason: (typeof operationReasons)[number];
    status: 'waiting' | 'verified' | 'denied' | 'expired' | 'used' | 'withdrawn';
    /** HMAC of the code that the caller reads out; null before the caller answered, and after the end. */
    code_mac: string | null;
    /** Of the step-up by which the caller answered on their own page, at least; null for anything else. */
    strength: number | null;
    tries_left: number;
    created_at: number;
    asked_at: number;
    /** Until when it waits; once verified, until when it is valid. */
    expires_at: number;
    /** The correlation id of its operation. */
    correlation_id: string | null;
    /** The factors that count as used, as JSON (`caller-verification/what-verified.ts`); null before an answer. */
    used: string | null;
    /** What speaks against it: a method that counts as used is reset, or may be on the stolen phone. */
    doubt: 'same_method' | 'same_phone' | null;
    /** When the person said that they did not call; `status` says what had become of it by then. */
    denied_at: number | null;
  };
  /**
   * Signs of attack on a person, by kind and by who asked, reported or denied; null for a freeze
   * (`helpdesk/attack-signs`).
   */
  attack_signs: {
    id: string;
    user_id: string;
    kind: (typeof attackSignKinds)[number];
    agent_id: string | null;
    agent_name: string | null;
    times: number;
    last_at: number;
    /** What was odd about a reported call, as a JSON list; null for anything else. */
    signs: string | null;
    /** 24 hours after the last one. */
    ends_at: number;
  };
  /** Resets that wait for approval, and their results. `reset` (`reset-model/reset.ts`) and `decided_by` are JSON. */
  approvals: {
    id: string;
    agent_id: string;
    user_id: string;
    operation: 'reset' | 'unfreeze' | 'unlock';
    reset: string;
    /**
     * `approved` while the reset runs; then `done` or `failed`. `withdrawn`: a person concerned was frozen before it
     * began; or the person said that they did not call. `replaced`, `reported`: by the agent who asked.
     */
    status: 'waiting' | 'approved' | 'denied' | 'done' | 'failed' | 'withdrawn' | (typeof ownEndings)[number];
    decider_id: string | null;
    decided_by: string | null;
    decided_at: number | null;
    denial: (typeof denialReasons)[number] | null;
    decision_note: string | null;
    created_at: number;
    expires_at: number;
  };
  /**
   * Resets that began, as JSON (`reset-model/reset.ts`), written with the intent; `id` is also the approval's, if there
   * is one. Deleted with the outcome.
   */
  resets: {
    id: string;
    intent: number;
    user_id: string;
    reset: string;
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
    /** The session that redeemed it; only that one may continue. */
    session_id: string | null;
    expires_at: number;
  };
  /** People whose methods are frozen until the helpdesk unfreezes them, and the links that freeze. */
  freezes: {
    user_id: string;
    at: number;
    /** When the last request to freeze came. It makes every unfreeze void that started earlier. */
    requested_at: number;
    /** What the person said was not them, as a JSON list (`freezes/reported.ts`); null if they named nothing. */
    reported: string | null;
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
   * What is still to be done at Okta (`lifecycle/tasks.ts`). Each kind says what `details` are. `tries`: how many
   * failed; `tried_at`: the last one.
   */
  tasks: {
    id: string;
    kind: 'cancel' | 'revoke' | 'push';
    user_id: string;
    details: string;
    tries: number;
    tried_at: number;
    due_at: number;
  };
  /**
   * `locale`, `time_zone`: the profile's when the link was made; null: none of ours. `frozen_at`: the beginning of the freeze for
   * which the link was used; null: not used yet.
   */
  freeze_links: {
    token_hash: string;
    user_id: string;
    name: string;
    locale: string | null;
    time_zone: string | null;
    expires_at: number;
    frozen_at: number | null;
  };
  /** Names of helpdesk staff and of the people they helped, for readers of the audit log. */
  /**
   * `locale`: the language that this person chose; null: none. `locale_changes`: the changes of the last seven days, as
   * JSON (`records/notifications/languages.ts`).
   */
  known_names: { user_id: string; login: string; name: string; locale: string | null; locale_changes: string | null };
};
