import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, it } from 'vitest';
import { ADA, endOrgs, testOrg } from '../testing/org.ts';
import { decodeBase32 } from './totp/base32.ts';
import { hotp, stepAt } from './totp/otp.ts';

afterAll(endOrgs);

it('[F5] shows a secret in the answer to the enrollment and nowhere else, before or after activation', async () => {
  const org = await testOrg();
  const { id, _embedded } = await org.enroll(ADA);
  const secret = _embedded?.activation.sharedSecret ?? '';
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  const seen: string[] = [];
  const look = async () => {
    for (const path of ['', `/${id}`, '/catalog', '/questions']) seen.push(JSON.stringify((await org.api('GET', `/users/${ADA}/factors${path}`)).body));
    seen.push(JSON.stringify((await org.api('GET', `/users/${ADA}`)).body), JSON.stringify((await org.api('GET', '/users')).body));
    seen.push(await (await fetch(`${org.deskUrl}?user=${ADA}`)).text());
  };
  await look();
  const activated = await org.api('POST', `/users/${ADA}/factors/${id}/lifecycle/activate`, { passCode: await org.code(ADA) });
  expect(activated.status).toBe(200);
  seen.push(JSON.stringify(activated.body));
  await look();
  for (const text of seen) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain('activation"');
  }
});

it('[F4] makes no two secrets alike, of 160 bits, or of 80 where Okta’s own habit is asked for', async () => {
  const org = await testOrg();
  const secrets = new Set<string>();
  for (let count = 0; count < 50; count++) secrets.add((await org.enroll(ADA))._embedded?.activation.sharedSecret ?? '');
  expect(secrets.size).toBe(50);
  const likeOkta = await testOrg({ secretLength: 16 });
  expect((await likeOkta.enroll(ADA))._embedded?.activation.sharedSecret).toMatch(/^[A-Z2-7]{16}$/);
});

it('[F5] kills the old secret when a pending factor is started again, under the same id', async () => {
  const org = await testOrg();
  const first = await org.enroll(ADA);
  const second = await org.enroll(ADA);
  expect(second.id).toBe(first.id);
  const old = decodeBase32(first._embedded?.activation.sharedSecret ?? '') ?? Buffer.alloc(0);
  const passCode = hotp(old, stepAt(org.clock.now()));
  expect((await org.api('POST', `/users/${ADA}/factors/${first.id}/lifecycle/activate`, { passCode })).status).toBe(403);
});

it('keeps secrets sealed: no file holds one as text or bytes, and all files are their owner’s alone', async () => {
  const org = await testOrg();
  const { _embedded } = await org.activated(ADA).then(() => org.enroll(ADA, 'OKTA'));
  const text = _embedded?.activation.sharedSecret ?? '';
  const bytes = decodeBase32(text) ?? Buffer.alloc(0);
  const files = readdirSync(org.dataDir);
  expect(files).toEqual(expect.arrayContaining(['org.sqlite', 'org-keys.json']));
  for (const file of files) {
    const content = readFileSync(join(org.dataDir, file));
    for (const form of [Buffer.from(text), bytes, Buffer.from(bytes.toString('base64url')), Buffer.from(bytes.toString('hex'))]) expect(content.includes(form)).toBe(false);
    expect(content.includes(org.password)).toBe(file === 'org-keys.json');
    expect(statSync(join(org.dataDir, file)).mode & 0o777).toBe(0o600);
  }
});

it("refuses codes when two people's sealed secrets were exchanged in the file", async () => {
  const org = await testOrg();
  const ada = await org.activated(ADA);
  const katherine = await org.activated('katherine@example.com');
  org.clock.advance(60);
  const codes = [await org.code(ADA), await org.code('katherine@example.com')];
  const database = new DatabaseSync(join(org.dataDir, 'org.sqlite'));
  const sealed = (id: string) => database.prepare('SELECT sealed FROM factors WHERE id = ?').get(id)?.sealed ?? null;
  const put = (id: string, value: unknown) => database.prepare('UPDATE factors SET sealed = ? WHERE id = ?').run(value as string, id);
  const [one, two] = [sealed(ada.id), sealed(katherine.id)];
  put(ada.id, two);
  put(katherine.id, one);
  database.close();
  for (const passCode of codes) {
    expect((await org.api('POST', `/users/${ADA}/factors/${ada.id}/verify`, { passCode })).status).toBe(500);
    expect((await org.api('POST', `/users/katherine@example.com/factors/${katherine.id}/verify`, { passCode })).status).toBe(500);
  }
});
