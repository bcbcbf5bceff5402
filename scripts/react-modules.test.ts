import { expect, test } from 'vitest';
import { asModule } from './react-modules.ts';

/** Imports the text of a module. */
const run = (code: string) => import(`data:text/javascript,${encodeURIComponent(code)}`) as Promise<object>;

test('what React assigns to its exports becomes a module’s exports', async () => {
  const code = asModule(
    'exports.now = void 0;\nif (true) {\n  exports.now = () => 1;\n}\nexports.twice = () => exports.now() * 2;',
  );
  const { now, twice } = (await run(code)) as { now: () => number; twice: () => number };
  expect([now(), twice()]).toEqual([1, 2]);
});

test('what React requires becomes an import', () => {
  expect(asModule('var DOM = require("react-dom");\nexports.version = DOM.version;')).toMatch(
    /^import \* as DOM from 'react-dom';\n.*\nvar exports_version = DOM\.version;/,
  );
});

test.each([
  ['module.exports = () => {};', 'module.exports'],
  ['exports.a = 1;\nexports[name] = 2;', 'exports[name]'],
  ['exports.a = 1;\n  exports.b = 2;', 'exports.b'],
  ['exports.a = require("./other.js");', 'require("./other.js")'],
  ['var a = 1;', 'no exports'],
])('refuses %j, so that an update of React cannot lose an export', (code, named) => {
  expect(() => asModule(code)).toThrow(named);
});
