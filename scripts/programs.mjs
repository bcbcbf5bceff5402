// Plain JavaScript without dependencies: it runs on the host's Node before anything is installed.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian's packages start a service of each. */
const servers = ['pgbouncer', 'haproxy', 'nginx', 'caddy', 'prometheus', 'prometheus-alertmanager'];
/** The last ones check the files in `deploy`. */
const programs = [...servers, 'kustomize', 'docker-compose', 'systemd-analyze'];

/** Debian's fonts for Arabic and Japanese pages, each with one of its files. */
const fonts = {
  'fonts-noto-core': '/usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf',
  'fonts-noto-cjk': '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
};

/** Debian installs servers in folders that only root has in `PATH`. */
const searchPath = [process.env['PATH'], '/usr/sbin', '/usr/local/sbin'].filter(Boolean).join(delimiter);

/** @param {string} name @param {string} [path] @returns {string | undefined} the program's file */
export const findProgram = (name, path = searchPath) =>
  path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));

export const missingPrograms = () => [
  ...programs.filter((name) => !findProgram(name)),
  ...Object.entries(fonts).flatMap(([name, file]) => (existsSync(file) ? [] : [name])),
];

/**
 * Only tests run the programs, so their services are not started, also not at the next boot.
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
