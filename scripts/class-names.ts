import { basename } from 'node:path';
import type { Plugin } from 'vite';

/** A CSS module's class as the pages name it: short, readable and the same in every build. */
export function scopedClassName(name: string, file: string): string {
  const module = basename(file, '.module.css');
  return name === module ? name : `${module}-${name}`;
}

/**
 * Replaces a CSS module's default export by its namespace, so that the build inlines each class name as a string. The
 * module stays in its chunk, because Vite takes the stylesheet from the modules that a chunk contains.
 */
export function inlineClassNames(): Plugin {
  return {
    name: 'latchkey-class-names',
    apply: 'build',
    enforce: 'post',
    transform(code, id) {
      if (!id.endsWith('.module.css')) return;
      const [names = ''] = code.split('export default');
      return {
        code: `import * as names from ${JSON.stringify(id)};\n${names}export { names as default };`,
        moduleSideEffects: 'no-treeshake',
      };
    },
  };
}
