/** One source of input of a W3C action sequence, which WebDriver and WebDriver BiDi share. */
export type InputSource = {
  type: 'pointer' | 'key';
  id: string;
  parameters?: { pointerType: 'mouse' };
  actions: readonly Record<string, string | number>[];
};

/** A browser with one page, driven over one of the two protocols. */
export type Driver = {
  /** As people call it, with its version. */
  name: string;
  /** Opens an address and waits until it has loaded. */
  open(url: string): Promise<void>;
  /** Runs a JavaScript expression in the page, awaits it, and gives its JSON value. */
  evaluate<T>(expression: string): Promise<T>;
  /** Acts as a person does, with pointer and keys. */
  perform(sources: readonly InputSource[]): Promise<void>;
  close(): Promise<void>;
};

/** What a browser's start gives, or in one line why it cannot start. */
export type Launch = () => Promise<Driver | { missing: string }>;
