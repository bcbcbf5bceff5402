// Plain JavaScript without dependencies: it runs on the host's Node before anything is installed.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * What tests run besides a browser, and Debian's packages of them: a connection pooler, load balancers, what scrapes
 * metrics, what receives the audit log, and what judges the files in `deploy`.
 */
const packages = /** @type {const} */ ({
  pgbouncer: 'pgbouncer',
  haproxy: 'haproxy',
  nginx: 'nginx',
  caddy: 'caddy',
  prometheus: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  kustomize: 'kustomize',
  'docker-compose': 'docker-compose',
  'systemd-analyze': 'systemd',
});
/** @typedef {keyof typeof packages} ProgramName */

/** `PATH`, and where Debian puts servers, which is on nobody's `PATH` but root's. */
const searchPath = [process.env['PATH'], '/usr/sbin', '/usr/local/sbin'].filter(Boolean).join(delimiter);

/** @param {string} name of a program @param {string} [path] @returns {string | undefined} its file */
export const findProgram = (name, path = searchPath) =>
  path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));

/** @param {string} [path] @returns the programs that are not installed */
export const missingPrograms = (path = searchPath) =>
  /** @type {ProgramName[]} */ (Object.keys(packages)).filter((name) => !findProgram(name, path));

/**
 * The services that Debian's packages start.
 * @type {Partial<Record<ProgramName, string>>}
 */
const services = {
  pgbouncer: 'pgbouncer',
  haproxy: 'haproxy',
  nginx: 'nginx',
  caddy: 'caddy',
  prometheus: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
};

/**
 * A shell command that installs Debian's packages of these programs. Their services are not started, now or at the next
 * boot: only tests run them.
 * @param {readonly ProgramName[]} missing
 */
export const debianInstall = (missing) => {
  const install = `apt-get -qq -y --no-install-recommends install ${missing.map((name) => packages[name]).join(' ')}`;
  return `
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\\nexit 101\\n' > $policy && chmod 755 $policy
    trap "rm -f $policy" EXIT
  fi
  apt-get -qq update && ${install} >/dev/null || exit 1
  [ ! -d /run/systemd/system ] ||
    for one in ${missing.flatMap((name) => services[name] ?? []).join(' ')}; do systemctl -q disable $one; done`;
};
