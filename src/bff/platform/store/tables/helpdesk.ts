import type { attackSignKinds, denialReasons, operationReasons, ownEndings } from '#contract/helpdesk-schemas.ts';

export type HelpdeskTables = {
  caller_verifications: {
    id: string;
    agent_id: string;
    agent_name: string;
    user_id: string;
    type: 'push' | 'own-session' | 'call-back';
    factor_id: string | null;
    /** `transaction_id`, and the `number` that the caller must choose: only for a push. */
    transaction_id: string | null;
    number: number | null;
    /**
     * What the caller is verified for. `methods`: JSON list of `{id, kind, name}`. `all`: 1 for all methods, else 0.
     */
    methods: string;
    all: number;
    reason: (typeof operationReasons)[number];
    status: 'waiting' | 'verified' | 'denied' | 'expired' | 'used' | 'withdrawn';
    /** MAC of the code that the caller reads out. Null before the caller answered, and after the verification ended. */
    code_mac: string | null;
    /** Least strength of the step-up with which the caller answered on their own page. Null for other types. */
    strength: number | null;
    tries_left: number;
    created_at: number;
    asked_at: number;
    /** While waiting: when the verification expires. After success: until when it can be used. */
    expires_at: number;
    correlation_id: string | null;
    /** JSON list of the factors that may have been used in the verification. Null before an answer. */
    used: string | null;
    /** Why the verification is weak. `same_phone`: a used method may be on the stolen phone. */
    doubt: 'same_method' | 'same_phone' | null;
    /** When the person said that they did not call. */
    denied_at: number | null;
  };
  /** A row for each person, kind and agent. `agent_id` is the approver for a denied request, and null for a freeze. */
  attack_signs: {
    id: string;
    user_id: string;
    kind: (typeof attackSignKinds)[number];
    agent_id: string | null;
    agent_name: string | null;
    times: number;
    last_at: number;
    /** What was odd about a reported call, as a JSON list. Null for other kinds. */
    signs: string | null;
    /** 24 hours after `last_at`. */
    ends_at: number;
  };
  /** `reset` and `decided_by` are JSON. */
  approvals: {
    id: string;
    agent_id: string;
    user_id: string;
    operation: 'reset' | 'unfreeze' | 'unlock';
    reset: string;
    /**
     * - `approved`: the operation runs. Afterwards `done`, `failed`, or `unknown` if its result is not known.
     * - `withdrawn`: somebody was frozen before the operation began, or the person denied the call.
     * - `replaced`, `reported`: ended by the agent who asked.
     */
    status:
      | 'waiting'
      | 'approved'
      | 'denied'
      | 'done'
      | 'failed'
      | 'unknown'
      | 'withdrawn'
      | (typeof ownEndings)[number];
    decider_id: string | null;
    decided_by: string | null;
    decided_at: number | null;
    denial: (typeof denialReasons)[number] | null;
    decision_note: string | null;
    created_at: number;
    /** Of a `failed` or `unknown` request: when it ended. */
    expires_at: number;
  };
  /**
   * Resets that have begun, as JSON. Written with the intent, deleted with the outcome. `id`: also the approval's id.
   */
  resets: {
    id: string;
    intent: number;
    user_id: string;
    reset: string;
  };
  /** The first enrollment after a reset needs this code. */
  recovery_codes: {
    user_id: string;
    /** The audit row of the reset's outcome. */
    outcome: number;
    approval_id: string | null;
    code_mac: string;
    /** Encrypted. Kept only if the code could not be emailed, until the approver has seen it. */
    sealed: string | null;
    /** The session that redeemed the code. Only this session may go on with the enrollment. */
    session_id: string | null;
    expires_at: number;
  };
  freezes: {
    user_id: string;
    at: number;
    /** When a freeze was last requested. An unfreeze that began before this time has no effect. */
    requested_at: number;
    /** JSON list of the actions that the person reported as not their own. Null if nothing. */
    reported: string | null;
  };
  /** `address` is in lower case. `gone_at`: null while the address is in use. */
  seen_addresses: {
    user_id: string;
    source: 'account' | 'method';
    address: string;
    since: number;
    gone_at: number | null;
  };
  /** `details` depends on `kind`. `tries`: failed tries. `tried_at`: when the last try was. */
  tasks: {
    id: string;
    kind: 'cancel' | 'revoke' | 'push';
    user_id: string;
    details: string;
    tries: number;
    tried_at: number;
    due_at: number;
  };
  /** `locale`: null if the portal does not have the profile's language. `frozen_at`: null if the link is unused. */
  freeze_links: {
    token_hash: string;
    user_id: string;
    name: string;
    locale: string | null;
    time_zone: string | null;
    expires_at: number;
    frozen_at: number | null;
  };
  /**
   * `locale`: the language that the person chose, or null. `held_locale`: the language at the last sign-in or choice.
   * `locale_changes`: changes of the last seven days, as JSON.
   */
  known_names: {
    user_id: string;
    login: string;
    name: string;
    locale: string | null;
    held_locale: string | null;
    locale_changes: string | null;
  };
};
