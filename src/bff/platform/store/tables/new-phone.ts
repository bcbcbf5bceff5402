export type NewPhoneTables = {
  /**
   * `factor_id`: the old method. Until `granted_until`, the session may enroll the new method without another step-up.
   * Kept for 14 days, so that a method that is added in this time is recorded as the replacement.
   */
  replacements: {
    user_id: string;
    factor_id: string;
    kind: string;
    session_id: string;
    /** Strength of the step-up that allowed the replacement. */
    strength: number;
    granted_until: number;
    created_at: number;
    correlation_id: string | null;
    /** Null until the new factor's enrollment began. */
    new_factor_id: string | null;
  };
};
