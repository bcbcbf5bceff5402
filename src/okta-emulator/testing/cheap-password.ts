/** scrypt's smallest N, because the tests' passwords protect nothing. */
export const CHEAP_PASSWORD = 2;
