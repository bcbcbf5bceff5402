import type { attackSignKinds, denialReasons, operationReasons, ownEndings } from '#contract/helpdesk-schemas.ts';

/** The tables of the helpdesk and of freezes, and the stored names and addresses of people. A part of `Tables`. */
export type HelpdeskTables = {
  /** Caller verifications. */
  caller_verifications: {
    id: string;
    agent_id: string;
    agent_name: string;
    user_id: string;
    type: 'push' | 'own-session' | 'call-back';
    factor_id: string | null;
    /** Only for a push: the transaction, and the number that the caller must choose. */
    transaction_id: string | null;
    number: number | null;
    /**
     * What the caller is verified for. `methods`: JSON list of `{id, kind, name}`. `all`: 1 for all methods, else 0.
     * `reason`: why the caller needs it.
     */
    methods: string;
    all: number;
    reason: (typeof operationReasons)[number];
    status: 'waiting' | 'verified' | 'denied' | 'expired' | 'used' | 'withdrawn';
    /**
     * HMAC of the code that the caller reads out. Null before the caller answered, and after the verification ended.
     */
    code_mac: string | null;
    /** Least strength of the step-up with which the caller answered on their own page; null for other types. */
    strength: number | null;
    tries_left: number;
    created_at: number;
    asked_at: number;
    /** While waiting: when the verification expires. After success: until when it can be used. */
    expires_at: number;
    /** The correlation id of the operation. */
    correlation_id: string | null;
    /**
     * The factors that count as used in the verification, as JSON (`caller-verification/what-verified.ts`); null before
     * an answer.
     */
    used: string | null;
    /**
     * Why the verification is weak. `same_method`: a used method is to be reset. `same_phone`: a used method may be on
     * the stolen phone.
     */
    doubt: 'same_method' | 'same_phone' | null;
    /**
     * When the person said that they did not call. This denial changes `status` only if it was `waiting` or `verified`.
     */
    denied_at: number | null;
  };
  /**
   * Signs of attack on a person: one row for each kind and agent (`helpdesk/attack-signs`). `agent_id`: the agent who
   * started the caller verification or reported the call; for a denied request, the approver who denied it; null for a
   * freeze.
   */
  attack_signs: {
    id: string;
    user_id: string;
    kind: (typeof attackSignKinds)[number];
    agent_id: string | null;
    agent_name: string | null;
    times: number;
    last_at: number;
    /** What was odd about a reported call, as a JSON list; null for other kinds. */
    signs: string | null;
    /** 24 hours after `last_at`. */
    ends_at: number;
  };
  /**
   * Resets, unfreezes and unlocks that need an approval, and their results. JSON: `reset` (`reset-model/reset.ts`) and
   * `decided_by`.
   */
  approvals: {
    id: string;
    agent_id: string;
    user_id: string;
    operation: 'reset' | 'unfreeze' | 'unlock';
    reset: string;
    /**
     * - `approved`: the operation runs. Afterwards `done`, `failed`, or `unknown` if its result is not known.
     * - `withdrawn`: before the operation began, the person or a staff member was frozen, or the person denied the
     *   call.
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
    expires_at: number;
  };
  /**
   * Resets that have begun, as JSON (`reset-model/reset.ts`). Written with the intent, deleted with the outcome. `id`:
   * also the id of the approval, if there is one.
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
    /** The audit row of the reset's outcome. */
    outcome: number;
    approval_id: string | null;
    /** HMAC of the code. */
    code_mac: string;
    /** The encrypted code. Kept only if it could not be emailed, until the approver has seen it. */
    sealed: string | null;
    /** The session that redeemed the code. Only this session may go on with the enrollment. */
    session_id: string | null;
    expires_at: number;
  };
  /** People whose methods are frozen until the helpdesk unfreezes them. */
  freezes: {
    user_id: string;
    at: number;
    /** When a freeze was last requested. An unfreeze that began before this time has no effect. */
    requested_at: number;
    /**
     * The actions that the person reported as not their own, as a JSON list (`freezes/reported.ts`); null if nothing.
     */
    reported: string | null;
  };
  /**
   * Email addresses of accounts and of email methods that the portal has seen, in lower case. `gone_at`: null while the
   * address is in use.
   */
  seen_addresses: {
    user_id: string;
    source: 'account' | 'method';
    address: string;
    since: number;
    gone_at: number | null;
  };
  /**
   * Work that is still to do at Okta (`lifecycle/tasks.ts`). `details` depends on `kind`. `tries`: failed tries.
   * `tried_at`: the last try.
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
   * Links in emails that freeze a person's methods. `locale`, `time_zone`: those of the profile when the link was made;
   * null if the portal does not have this language. `frozen_at`: the start of the freeze that the link caused; null if
   * unused.
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
  /**
   * Names of helpdesk staff and of the people they helped, for readers of the audit log. `locale`: the language that
   * the person chose, or null. `held_locale`: the person's language at the last sign-in or choice. `locale_changes`:
   * the changes of the last seven days, as JSON (`records/notifications/languages.ts`).
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
