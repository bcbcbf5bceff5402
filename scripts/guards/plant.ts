/** One guard taken out of a copy of the sources: a test that names the guard must then fail. */
export type Plant = {
  /** The item of docs/security.md. */
  item: string;
  file: string;
  /** A text that is in the file exactly once. */
  text: string;
  replacement: string;
  /** The test that must fail: its file, and a part of its title. */
  test: { file: string; title: string };
};
