/** Shifts `Date` in every module. */
const program = (offMs: number) => `
  const real = Date.now;
  Date.now = () => real() + ${offMs};
  globalThis.Date = new Proxy(Date, {
    construct: (target, given, self) => Reflect.construct(target, given.length > 0 ? given : [target.now()], self),
    apply: (target) => new target(target.now()).toString(),
  });`;

export const shiftedClock = (offMs: number): Record<string, string> => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(program(offMs))}`,
});
