import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { root } from './step.ts';

const text = (bytes: number) => randomBytes(bytes).toString('hex');

/** Secrets of tests are generated or too short to match. */
const kinds: [name: string, format: RegExp, planted: string][] = [
  [
    'a private key',
    /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*(?:\\n)?[A-Za-z0-9+/=]{40}/,
    `-----BEGIN EC PRIVATE KEY-----\\n${text(30)}`,
  ],
  ['the body of a private key', /^[+-]?\s*MII[A-Za-z0-9+/]{60}/, `+MII${text(40)}`],
  ['a private JWK', /"d"\s*:\s*"[A-Za-z0-9_-]{40,}"/, `{"kty":"EC","d":"${text(25)}"}`],
  ['an Okta API token', /(?<![\w-])00(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{40}(?![\w-])/, `A=00aZ${text(19)}`],
  ['an AWS key', /(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])/, `AKIA${text(8).toUpperCase()}`],
  ['a GitHub token', /(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})/, `ghp_${text(18)}`],
  ['a GitLab token', /(?<!\w)glpat-[\w-]{20}/, `glpat-${text(10)}`],
  ['a Slack token', /(?<!\w)xox[abprs]-[\w-]{20,}/, `xoxb-${text(10)}`],
  ['an npm token', /(?<!\w)npm_[A-Za-z0-9]{36}/, `npm_${text(18)}`],
  ['a JWT', /(?<![\w-])eyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{40,}/, `eyJ${text(20)}.eyJ${text(20)}.${text(30)}`],
];
const found = (line: string): string[] => kinds.flatMap(([name, format]) => (format.test(line) ? [name] : []));

test.each(kinds)('[C5] finds a planted line with %s', (name, _format, planted) => {
  expect(found(planted)).toEqual([name]);
});

const inRepository = spawnSync('git', ['rev-parse', '--git-dir'], { cwd: root }).status === 0;

// Files from an archive have no history.
test.runIf(inRepository)(
  '[C5] no line of the history, or of what is about to be committed, is a secret',
  async () => {
    const hits: string[] = [];
    const scan = async (args: string[]): Promise<number> => {
      const git = spawn('git', args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
      let lines = 0;
      let where = '';
      for await (const line of createInterface({ input: git.stdout })) {
        lines += 1;
        if (/^(?:commit |\+\+\+ )/.test(line))
          where = line.startsWith('commit ') ? line : `${where.split(' +++')[0]} ${line}`;
        // Lock files contain hashes, which match some formats. The test certificates' keys are public and untrusted.
        else if (line.length < 20_000 && !/package-lock|b\/src\/testing\/certificates\.ts$/.test(where))
          hits.push(...found(line).map((kind) => `${where}: ${kind}`));
      }
      return lines;
    };
    expect(await scan(['log', '-p', '--no-color', '--no-ext-diff', 'HEAD'])).toBeGreaterThan(1000);
    await scan(['diff', '--no-color', '--no-ext-diff', 'HEAD']);
    expect([...new Set(hits)]).toEqual([]);
  },
  120_000,
);
