/** scrypt's smallest N: the tests' passwords protect nothing. */
export const CHEAP_PASSWORD = 2;
