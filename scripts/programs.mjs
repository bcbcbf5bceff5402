// Plain JavaScript without dependencies: it runs on the host's Node before anything is installed.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What tests run besides a browser: a connection pooler, load balancers, and what scrapes metrics. */
const names = ['pgbouncer', 'haproxy', 'nginx', 'prometheus'];

/** `PATH`, and where Debian puts servers, which is on nobody's `PATH` but root's. */
const searchPath = [process.env['PATH'], '/usr/sbin', '/usr/local/sbin'].filter(Boolean).join(delimiter);

/** @param {string} name of a program @param {string} [path] @returns {string | undefined} its file */
const findProgram = (name, path = searchPath) =>
  path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));

/** @param {string} [path] @returns the programs that are not installed */
export const missingPrograms = (path = searchPath) => names.filter((name) => !findProgram(name, path));

/**
 * A shell command that installs Debian's packages of these names. Their services are not started, now or at the next
 * boot: only tests run them.
 * @param {readonly string[]} missing
 */
export const debianInstall = (missing) => `
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\\nexit 101\\n' > $policy && chmod 755 $policy
    trap "rm -f $policy" EXIT
  fi
  apt-get -qq update && apt-get -qq -y --no-install-recommends install ${missing.join(' ')} >/dev/null || exit 1
  [ ! -d /run/systemd/system ] || systemctl -q disable ${missing.join(' ')}`;
