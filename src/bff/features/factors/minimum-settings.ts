/** What nobody may fall below by removing a method. */
export type Minimums = {
  /** Methods that a person keeps, 1 or more. */
  methods: number;
  /** How many of them are phishing-resistant. */
  phishingResistant: number;
  /** From when this holds, in milliseconds; null: always. */
  from: number | null;
};

export const standardMinimums: Minimums = { methods: 1, phishingResistant: 0, from: null };

type Variables = { MIN_METHODS: number; MIN_PHISHING_RESISTANT: number; MINIMUMS_FROM?: string | undefined };

/** Whether the minimums ask for more than the rule that the last method stays. */
export const areRaised = ({ methods, phishingResistant }: Minimums): boolean => methods > 1 || phishingResistant > 0;

/**
 * Builds the minimums from the parsed variables; `MINIMUMS_FROM` is a date, whose first moment in UTC counts.
 * @param warnings receives what is doubtful, one line each
 */
export function minimumsOf(variables: Variables, warnings: string[]): Minimums {
  const { MIN_METHODS: methods, MIN_PHISHING_RESISTANT: phishingResistant, MINIMUMS_FROM: date } = variables;
  const minimums = { methods, phishingResistant, from: date === undefined ? null : Date.parse(`${date}T00:00:00Z`) };
  if (date !== undefined && !areRaised(minimums))
    warnings.push('MINIMUMS_FROM changes nothing: neither MIN_METHODS nor MIN_PHISHING_RESISTANT is raised');
  return minimums;
}
