import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { root } from './step.ts';

test('npm run e2e:browsers says in one line which browsers are not installed, and fails for none', () => {
  const said = execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', 'e2e/browsers/main.ts'], {
    cwd: root,
    env: { PATH: '/nowhere' },
    encoding: 'utf8',
  });
  expect(said).toBe(
    'not installed here, so not tried: Firefox (on Debian: firefox-esr); WebKit (on Debian: webkit2gtk-driver xvfb dbus)\n',
  );
});
