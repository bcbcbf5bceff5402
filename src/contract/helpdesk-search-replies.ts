import * as z from 'zod/mini';

/** What a search for people finds. */
export const peopleFound = z.strictObject({
  people: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      login: z.string(),
      /** Masked; null if it is the login. */
      email: z.nullable(z.string()),
      status: z.string(),
      attackSigns: z.boolean(),
      /** Their title and department, if somebody else who was found has the same name; else empty. */
      about: z.array(z.string()),
    }),
  ),
  /** True when there may be more matches than these. */
  more: z.boolean(),
  /** True when Okta's rate limit left no room to read every match. */
  limited: z.boolean(),
});
