/** `npm run image`: builds and tests the image, as root. BASE names another base, NPMRC a file with npm's settings. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { freePort } from '#testing/free-port.ts';
import { codeAt } from '#testing/programs/authenticator-app.ts';
import { startOrgProgram } from '#testing/replicas/processes.ts';
import { ADA } from '#testing/test-env.ts';
import { createVisitor } from '#testing/visitor.ts';
import { operatorPrograms } from '../commands.mjs';
import { findProgram } from '../programs.mjs';
import { buildImage, configOf, mountImage } from './buildah.ts';
import { runInside, startContainer, type Place } from './container.ts';

/** MB that the image may have above its base. */
const LARGEST = 250;
const UID = 1000;

/** Debian's buildah needs `netavark`, which it only recommends, in this folder. */
const path = `${process.env['PATH']}:/usr/sbin:/usr/lib/podman`;
const missing = ['buildah', 'netavark', 'debootstrap', 'unshare'].filter((name) => !findProgram(name, path));
if (missing.length > 0 || process.getuid?.() !== 0) {
  console.log(`npm run image needs root and Debian's ${missing.join(', ') || 'buildah'}: the image is not tried`);
  process.exit(1);
}

const say = (text: string) => console.log(`✓ ${text}`);
const work = mkdtempSync(join(tmpdir(), 'latchkey-image-'));
const data = join(work, 'data');
mkdirSync(data);
chownSync(data, UID, UID);
const base = buildImage();
say(`built on ${base}`);
const image = mountImage();
const port = await freePort();
const portal = `http://localhost:${port}`;
const org = await startOrgProgram({ DATA_DIR: join(work, 'org'), PORTAL_URL: portal });
try {
  const config = configOf();
  assert.match(config.User, /^[1-9]\d*:[1-9]\d*$/);
  const place: Place = {
    root: image.folder,
    data,
    config,
    env: {
      PORT: String(port),
      // The container has the machine's network.
      HOST: '127.0.0.1',
      BASE_URL: portal,
      OKTA_ORG_URL: org.org.url,
      OKTA_ISSUER: org.org.issuer,
      OKTA_CLIENT_ID: org.org.clientId,
      OKTA_CLIENT_SECRET: org.org.clientSecret,
      OKTA_API_TOKEN: org.org.apiToken,
      SMTP_URL: org.org.smtpUrl,
      SESSION_SECRET: randomBytes(32).toString('hex'),
      AUDIT_SIGNING_KEY: makeAuditKey(),
      LOG_LEVEL: 'warn',
    },
  };

  const kilobytes = Number(execFileSync('du', ['-sk', join(image.folder, 'app')], { encoding: 'utf8' }).split('\t')[0]);
  assert.ok(kilobytes < LARGEST * 1024, `${kilobytes} kB above its base`);
  say(`${(kilobytes / 1024).toFixed(1)} MB above its base, of at most ${LARGEST}`);

  for (const name of ['npm', 'npx', 'corepack', 'yarn'])
    assert.notEqual(runInside(place, ['sh', '-c', `command -v ${name}`]).code, 0, `${name} is in the image`);
  const packages = runInside(place, ['sh', '-c', 'find / -xdev -name node_modules 2>/dev/null | head -n 1']);
  assert.equal(packages.output.trim(), '');
  say('has neither npm nor packages');

  const who = runInside(place, [
    'sh',
    '-c',
    'id -u; touch /app/x /tmp/x 2>&1 || true; touch /data/x && rm /data/x && echo writes',
  ]);
  assert.match(who.output, /^1000\n(?:.*Read-only file system\n){2}writes\n$/);
  say('runs as user 1000, and can write /data only');

  for (const name of Object.keys(operatorPrograms)) {
    const { output } = runInside(place, [...config.Entrypoint, name]);
    assert.doesNotMatch(output, /ERR_MODULE|Cannot find|SyntaxError|ReferenceError/, name);
  }
  say(`has the programs ${Object.keys(operatorPrograms).join(', ')}`);

  const container = startContainer(place);
  await container.ready(port);
  const [how, ...health] = config.Healthcheck.Test;
  assert.equal(how, 'CMD');
  assert.equal(runInside(place, health).code, 0);
  const doctor = runInside(place, [...config.Entrypoint, 'doctor']);
  assert.match(doctor.output, /^passed {2}credential: /m);

  const ada = createVisitor({ base: portal, emulator: org.org.url, password: org.org.password });
  await ada.signIn(ADA);
  assert.deepEqual((await ada.call('listFactors')).status, 200);
  const begun = await ada.call('enrollFactor', {}, { body: { kind: 'totp' } });
  assert.equal(begun.status, 201, begun.text);
  const { factor, activation } = begun.body as { factor: { id: string }; activation: { sharedSecret: string } };
  const passCode = codeAt({ secret: activation.sharedSecret }, Date.now());
  const activated = await ada.call('activateFactor', { factorId: factor.id }, { body: { passCode } });
  assert.equal(activated.status, 200, activated.text);
  const list = (await ada.call('listFactors')).body as { factors: { id: string; status: string }[] };
  assert.deepEqual(
    list.factors.map(({ status }) => status),
    ['ACTIVE'],
  );
  say('signed in, listed, enrolled and activated');

  assert.equal(await container.stop(), 0, container.said());
  assert.notEqual(runInside(place, health).code, 0);
  const verified = runInside(place, [...config.Entrypoint, 'audit:verify']);
  assert.match(verified.output, /^The audit log holds: \d+ rows/m);
  say('ended in order at SIGTERM; the health check fails then; the audit log holds');
} finally {
  await org.end('SIGTERM');
  image.remove();
  rmSync(work, { recursive: true, force: true });
}
