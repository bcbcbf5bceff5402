// Plain JavaScript without dependencies: it runs on the host's Node before anything is installed.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Servers that tests run: connection pooler, load balancers, monitoring. Debian's packages start a service of each. */
const servers = ['pgbouncer', 'haproxy', 'nginx', 'caddy', 'prometheus', 'prometheus-alertmanager'];
/** All programs that tests run besides a browser; the last ones judge the files in `deploy`. */
const programs = [...servers, 'kustomize', 'docker-compose', 'systemd-analyze'];

/** Debian's fonts for Arabic and Japanese pages, each with a file of its. */
const fonts = {
  'fonts-noto-core': '/usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf',
  'fonts-noto-cjk': '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
};

/** `PATH`, and where Debian puts servers, which is on nobody's `PATH` but root's. */
const searchPath = [process.env['PATH'], '/usr/sbin', '/usr/local/sbin'].filter(Boolean).join(delimiter);

/** @param {string} name of a program @param {string} [path] @returns {string | undefined} its file */
export const findProgram = (name, path = searchPath) =>
  path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));

/** @returns the programs and fonts that are not installed */
export const missingPrograms = () => [
  ...programs.filter((name) => !findProgram(name)),
  ...Object.entries(fonts).flatMap(([name, file]) => (existsSync(file) ? [] : [name])),
];

/**
 * A shell command that installs Debian's packages of these programs and fonts. Their services are not started, now or
 * at the next boot: only tests run them.
 * @param {readonly string[]} missing
 */
export const debianInstall = (missing) => {
  const names = missing.map((name) => (name === 'systemd-analyze' ? 'systemd' : name)).join(' ');
  return `
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\\nexit 101\\n' > $policy && chmod 755 $policy
    trap "rm -f $policy" EXIT
  fi
  apt-get -qq update && apt-get -qq -y --no-install-recommends install ${names} >/dev/null || exit 1
  [ ! -d /run/systemd/system ] ||
    for one in ${missing.filter((name) => servers.includes(name)).join(' ')}; do systemctl -q disable $one; done`;
};
