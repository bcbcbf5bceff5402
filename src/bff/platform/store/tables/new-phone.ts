/** The table of replacements. */
export type NewPhoneTables = {
  /**
   * Methods whose replacement began, by the old one's id. Until `granted_until` that session may go on to enroll the
   * new one without another step-up; kept for 14 days, so that the new one counts as a replacement.
   */
  replacements: {
    user_id: string;
    factor_id: string;
    kind: string;
    session_id: string;
    /** Strength of the step-up that admitted it. */
    strength: number;
    granted_until: number;
    created_at: number;
    /** The correlation id of its rows in the audit log. */
    correlation_id: string | null;
    /** The factor that replaces the old one, once its enrollment began; null before. */
    new_factor_id: string | null;
  };
};
