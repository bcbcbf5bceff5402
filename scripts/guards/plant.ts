/** A guard to remove from a copy of the sources. A test that names it must then fail. */
export type Plant = {
  /** The item in docs/security.md. */
  item: string;
  file: string;
  /** Must be in the file exactly once. */
  text: string;
  replacement: string;
  /** `title`: a part of the test's title. */
  test: { file: string; title: string };
};
