import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** What React's packages export. Each of these files only chooses a build in `cjs`. */
const entries = /node_modules\/(?:react|react-dom|scheduler)\/[\w-]+\.js$/;
/** wouter hides a name from bundlers, for versions of React before 18. It would make the build keep all names. */
const hiding = /node_modules\/wouter\/src\/react-deps\.js$/;

/**
 * Gives the browser React as ES modules. Otherwise the build wraps React in functions of Rolldown's runtime: one more
 * file to fetch, and React would run at its first use, inside the task of the file that uses it.
 */
export function reactModules(): Plugin {
  return {
    name: 'latchkey-react-modules',
    apply: 'build',
    applyToEnvironment: (environment) => environment.name === 'client',
    load: {
      filter: { id: entries },
      handler(id) {
        const build = /require\('(\.\/cjs\/[\w-]+\.production\.js)'\)/.exec(readFileSync(id, 'utf8'))?.[1];
        if (!build) throw new Error(`${id} names no production build: how does React export it now?`);
        return asModule(readFileSync(join(id, '..', build), 'utf8'));
      },
    },
    transform: {
      filter: { id: hiding },
      handler: (code) => code.replace('["useInsertion" + "Effect"]', '.useInsertionEffect'),
    },
  };
}

/**
 * Rewrites a CommonJS module of React's kind: it requires packages into variables, and assigns each export by a
 * statement. Throws for any other.
 */
export function asModule(code: string): string {
  const imports: string[] = [];
  const names = new Set<string>();
  const body = code
    .replace(/\b(\w+) = require\("([\w-]+)"\)/g, (_, variable: string, name: string) => {
      imports.push(`import * as ${variable} from '${name}';`);
      // What remains of the declaration.
      return `imported_${variable}`;
    })
    .replace(/^exports\.(\w+) =/gm, (_, name: string) => {
      names.add(name);
      return `var exports_${name} =`;
    })
    .replace(/\bexports\.(\w+)/g, (whole, name: string) => (names.has(name) ? `exports_${name}` : whole));
  const left = /\b(?:exports|require)\b.*|\bmodule\..*/.exec(body)?.[0];
  if (left !== undefined || names.size === 0) throw new Error(`React has changed its form: ${left ?? 'no exports'}`);
  return [...imports, body, `export { ${[...names].map((name) => `exports_${name} as ${name}`).join(', ')} };`].join(
    '\n',
  );
}
