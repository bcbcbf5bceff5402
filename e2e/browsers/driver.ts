/** Part of a W3C action sequence. WebDriver and WebDriver BiDi share it. */
export type InputSource = {
  type: 'pointer' | 'key';
  id: string;
  parameters?: { pointerType: 'mouse' };
  actions: readonly Record<string, string | number>[];
};

export type Driver = {
  name: string;
  /** Waits until the page has loaded. */
  open(url: string): Promise<void>;
  /** Awaits a JavaScript expression in the page. Returns its JSON value. */
  evaluate<T>(expression: string): Promise<T>;
  perform(sources: readonly InputSource[]): Promise<void>;
  close(): Promise<void>;
};

export type Launch = () => Promise<Driver | { missing: string }>;
