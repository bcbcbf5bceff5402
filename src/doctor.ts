/**
 * Checks a configuration against its org: `npm run doctor`. One line a check, passed or what to do; exit code 1 when any failed.
 */
import { request } from 'undici';
import { ConfigError, readConfig } from '#bff/config.ts';
import type { Config } from '#bff/config.ts';
import { createOktaClient } from '#okta/client.ts';
import { OktaError } from '#okta/errors.ts';

type Check = { name: string; run(): Promise<string> };

const short = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];

async function get(url: string) {
  const answer = await request(url, { headersTimeout: 5000, bodyTimeout: 5000, signal: AbortSignal.timeout(10_000) });
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
}

function checksOf(config: Config): Check[] {
  const okta = config.okta;
  if (!okta) {
    const running = `http://localhost:${config.demo?.port}`;
    return [
      {
        name: 'mode',
        run: async () => 'demo: OKTA_ORG_URL is not set, so `npm start` brings its own org',
      },
      {
        name: 'org',
        run: async () => {
          const { status } = await get(`${config.demo?.url ?? running}/.well-known/okta-organization`).catch(() => {
            throw new Error('it is not running: start it with `npm start` or `npm run org`');
          });
          if (status !== 200) throw new Error(`it answers ${status}: is something else on its port?`);
          return 'the embedded org answers';
        },
      },
    ];
  }
  const client = createOktaClient({
    orgUrl: okta.orgUrl,
    credential: okta.credential,
    clock: Date,
    userAgent: 'latchkey-doctor/0.1.0',
  });
  const wellKnown = (issuer: string) => get(`${issuer}/.well-known/openid-configuration`);
  return [
    {
      name: 'org',
      async run() {
        const { pipeline } = await client.org.wellKnown().catch((error: unknown) => {
          throw new Error(`${okta.orgUrl} is out of reach (${short(error)}): check OKTA_ORG_URL and the way out`);
        });
        return `${okta.orgUrl} answers, ${pipeline === 'idx' ? 'Identity Engine' : 'Classic Engine'}`;
      },
    },
    {
      name: 'issuer',
      async run() {
        for (const issuer of new Set([okta.issuer, `${okta.orgUrl}/oauth2/default`, okta.orgUrl])) {
          const { status, text } = await wellKnown(issuer).catch(() => ({ status: 0, text: '' }));
          const found = status === 200 ? (JSON.parse(text) as { issuer?: string }).issuer : undefined;
          if (found === okta.issuer) return `${okta.issuer} answers as itself`;
          if (found === issuer) throw new Error(`OKTA_ISSUER does not answer, but ${issuer} does: set it to that`);
        }
        throw new Error('neither OKTA_ISSUER nor /oauth2/default nor the org server answers');
      },
    },
    {
      name: 'credential',
      async run() {
        // Nobody has this id. A credential that may read people is told so; any other is refused first.
        const nobody = '00u00000000000000000';
        try {
          await client.userFactorApi.listFactors({ userId: nobody });
        } catch (error) {
          if (error instanceof OktaError && error.status === 404) return 'OKTA_API_TOKEN may read people’s factors';
          if (error instanceof OktaError && error.status === 401) throw new Error('OKTA_API_TOKEN is not valid: make a new one (they end after 30 days unused)');
          if (error instanceof OktaError && error.status === 403) throw new Error('the role behind OKTA_API_TOKEN may not read factors: it needs to manage users');
          throw new Error(`it could not be tried: ${short(error)}`, { cause: error });
        }
        return 'OKTA_API_TOKEN works';
      },
    },
    {
      name: 'redirect URI',
      async run() {
        const redirect = `${config.baseUrl}/auth/callback`;
        const { status: found, text } = await wellKnown(okta.issuer);
        if (found !== 200) throw new Error('it can be tried once the issuer answers');
        const endpoint = (JSON.parse(text) as { authorization_endpoint: string }).authorization_endpoint;
        const query = new URLSearchParams({
          client_id: okta.clientId,
          redirect_uri: redirect,
          response_type: 'code',
          scope: 'openid',
          state: 'doctor',
          nonce: 'doctor',
          prompt: 'none',
          code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
          code_challenge_method: 'S256',
        });
        const { status, headers } = await get(`${endpoint}?${query}`);
        // An unregistered address is never sent anything; a registered one is told that nobody is signed in.
        if (status >= 300 && status < 400 && String(headers['location']).startsWith(redirect)) return `${redirect} is registered`;
        throw new Error(`${redirect} is not a sign-in redirect URI of ${okta.clientId}: add it to the app at Okta`);
      },
    },
    {
      name: 'mail',
      run: async () => {
        if (config.smtpUrl) return 'SMTP_URL is set';
        throw new Error('SMTP_URL is not set: people are not told of changes; notices wait in the outbox');
      },
    },
  ];
}

let config: Config;
try {
  config = readConfig(process.env);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const fault of error.faults) console.log(`FAILED  settings: ${fault}`);
  process.exit(1);
}

let failed = 0;
for (const { name, run } of checksOf(config)) {
  try {
    console.log(`passed  ${name}: ${await run()}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}: ${short(error)}`);
  }
}
process.exit(failed ? 1 : 0);
