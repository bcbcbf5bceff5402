/** The table of replacements. */
export type NewPhoneTables = {
  /**
   * Methods whose replacement has begun, by the old method's id. Until `granted_until`, the session may enroll the new
   * method without another step-up. A row is kept for 14 days, so that a method that is added in this time is recorded
   * as the replacement.
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
    /** The correlation id of the replacement's audit rows. */
    correlation_id: string | null;
    /** The new factor; null until its enrollment began. */
    new_factor_id: string | null;
  };
};
