import { compactVerify, createLocalJWKSet, decodeJwt } from 'jose';
import { HOUR_MS } from '#clock';
import type { EmulatorContext } from '../context/context.ts';
import type { ServiceApp } from './app.ts';

/** RFC 6749 section 5.2. */
export class OAuthError extends Error {
  readonly status: number;
  readonly error: string;
  constructor(status: number, error: string, description: string) {
    super(description);
    this.status = status;
    this.error = error;
  }
}

const badClient = (description: string) => new OAuthError(401, 'invalid_client', description);

function readIssuer(assertion: string): string | undefined {
  try {
    return decodeJwt(assertion).iss;
  } catch {
    throw badClient('The client_assertion is not a JWT.');
  }
}

async function signedClaims(assertion: string, app: ServiceApp): Promise<Record<string, unknown>> {
  try {
    const keys = createLocalJWKSet({ keys: [...app.jwks.keys] });
    const { payload } = await compactVerify(assertion, keys, {
      algorithms: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'],
    });
    return JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown>;
  } catch {
    throw badClient('The client_assertion signature is invalid.');
  }
}

/** An assertion must expire within an hour, on the emulator's clock or on the machine's. */
function endsInTime(emulator: EmulatorContext, exp: unknown): boolean {
  const now = emulator.clock.now();
  const machine = now - emulator.clock.fromWire(0);
  return (
    typeof exp === 'number' && [now, machine].some((moment) => exp * 1000 > moment && exp * 1000 <= moment + HOUR_MS)
  );
}

/** A client may use the emulator's clock or the machine's, so both are accepted. */
export function isNear(emulator: EmulatorContext, seconds: number, withinMs: number): boolean {
  const now = emulator.clock.now();
  const machine = now - emulator.clock.fromWire(0);
  return [now, machine].some((moment) => Math.abs(seconds * 1000 - moment) <= withinMs);
}

/** False if the id was already used. */
export async function consumeId(emulator: EmulatorContext, model: string, id: string, forMs: number): Promise<boolean> {
  const now = emulator.clock.now();
  await emulator.db.deleteFrom('sign_in_state').where('model', '=', model).where('expires_at', '<=', now).execute();
  const taken = await emulator.db
    .insertInto('sign_in_state')
    .values({ model, id, payload: '{}', grant_id: null, uid: null, account_id: null, expires_at: now + forMs })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return taken.numInsertedOrUpdatedRows !== 0n;
}

/** Throws if the `jti` was used within the hour for which an assertion may be valid. */
async function consumeJti(emulator: EmulatorContext, clientId: string, jti: unknown): Promise<void> {
  if (jti === undefined) return;
  if (typeof jti !== 'string' || jti.length > 256) throw badClient('The jti claim is not a text.');
  if (!(await consumeId(emulator, 'ServiceAssertion', `${clientId} ${jti}`, HOUR_MS)))
    throw badClient('The client_assertion token has already been used.');
}

/** RFC 7523 section 3, as Okta checks it. Throws an OAuthError `invalid_client` (401). */
export async function verifyAssertion(
  emulator: EmulatorContext,
  apps: readonly ServiceApp[],
  tokenUrl: string,
  assertion: string,
): Promise<ServiceApp> {
  const claimed = readIssuer(assertion);
  const app = apps.find(({ clientId }) => clientId === claimed);
  if (!app) throw badClient('The client_assertion names a client that is not known.');
  const { iss, sub, aud, exp, jti } = await signedClaims(assertion, app);
  if (iss !== app.clientId || sub !== app.clientId) throw badClient('The iss and sub claims have to be the client id.');
  if (![aud].flat().includes(tokenUrl)) throw badClient(`The aud claim has to be ${tokenUrl}.`);
  if (!endsInTime(emulator, exp))
    throw badClient('The client_assertion token is expired, or lasts longer than an hour.');
  await consumeJti(emulator, app.clientId, jti);
  return app;
}
