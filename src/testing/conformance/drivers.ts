import { Client, DefaultRequestExecutor } from '@okta/okta-sdk-nodejs';
import { createOktaClient } from '#okta/client.ts';
import type { ActivateFactorBody, VerifyFactorBody } from '#okta/factor-bodies.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import type { EnrollFactorParameters } from '#okta/user-factor-api.ts';
import type { TestEmulator } from '#okta-emulator/testing/emulator.ts';

export type Seen = {
  id: string;
  factorType: string;
  provider: string;
  status: string;
  profile: Record<string, unknown>;
};
export type Offered = { factorType: string; provider: string; status: string };
/** `transactionId` and `number`: only for a push. */
export type Result = {
  factorResult: string;
  transactionId: string | null;
  number: number | null;
  challenge: string | null;
};

type Enroll = Omit<EnrollFactorParameters, 'userId' | 'body'> & { body: Record<string, unknown> };
type Verify = { body?: VerifyFactorBody; templateId?: string; tokenLifetimeSeconds?: number };

/** Named as in Okta's SDK. A refused operation rejects with `Refused`. */
export type Driver = {
  listFactors(): Promise<Seen[]>;
  listSupportedFactors(): Promise<Offered[]>;
  listSupportedSecurityQuestions(): Promise<string[]>;
  getFactor(factorId: string): Promise<Seen>;
  enrollFactor(about: Enroll): Promise<Seen & { activation: Record<string, unknown> }>;
  activateFactor(factorId: string, body: ActivateFactorBody): Promise<Seen>;
  resendEnrollFactor(factorId: string, factorType: string, templateId?: string): Promise<void>;
  verifyFactor(factorId: string, about?: Verify): Promise<Result>;
  getFactorTransactionStatus(factorId: string, transactionId: string): Promise<Result>;
  deleteFactor(factorId: string, removeRecoveryEnrollment?: boolean): Promise<void>;
};

class Refused extends Error {
  readonly said: string;
  constructor(status: number | null, code: string | null, causes: readonly string[], cause: unknown) {
    super(`${status} ${code}`, { cause });
    this.said = [status, code, ...causes].join(' ');
  }
}

type Links = Record<string, { href?: string } | undefined> | null | undefined;
const getLast = (links: Links) => /\/transactions\/([^/]+)$/.exec(links?.['poll']?.href ?? '')?.[1] ?? null;
type Embedded = { challenge?: { challenge?: string; correctAnswer?: number } } | null | undefined;

const person = { userAgent: 'Mozilla/5.0 (judge)', forwardedFor: '203.0.113.9', acceptLanguage: 'en' };

function sdkDriver(emulator: TestEmulator, userId: string): Driver {
  const { userFactorApi: api } = new Client({
    orgUrl: emulator.url,
    token: emulator.apiToken,
    // By default the SDK waits after a 429 and repeats refused calls, even calls that send paid messages.
    requestExecutor: new DefaultRequestExecutor({ maxRetries: 0, requestTimeout: 0 }),
  });
  const plain = (factor: object) =>
    JSON.parse(JSON.stringify(factor)) as Seen & { _embedded?: { activation?: Record<string, unknown> } };
  const seen = (factor: object): Seen => {
    const { id, factorType, provider, status, profile } = plain(factor);
    return { id, factorType, provider, status, profile: profile ?? {} };
  };
  const all = async <T extends object>(collection: AsyncIterable<T | null>) => {
    const read: object[] = [];
    for await (const one of collection) if (one) read.push(one);
    return read;
  };
  const result = (answer: object): Result => {
    const { factorResult, _links, _embedded } = JSON.parse(JSON.stringify(answer)) as {
      factorResult: string;
      _links?: Links;
      _embedded?: Embedded;
    };
    const { challenge } = _embedded ?? {};
    return {
      factorResult,
      transactionId: getLast(_links),
      number: challenge?.correctAnswer ?? null,
      challenge: challenge?.challenge ?? null,
    };
  };
  const sent = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      const { status, errorCode, errorCauses } = error as {
        status?: number;
        errorCode?: string;
        errorCauses?: { errorSummary: string }[];
      };
      if (errorCode === undefined) throw error;
      throw new Refused(
        status ?? null,
        errorCode,
        (errorCauses ?? []).map(({ errorSummary }) => errorSummary),
        error,
      );
    }
  };
  return {
    listFactors: () => sent(api.listFactors({ userId }).then(async (found) => (await all(found)).map(seen))),
    listSupportedFactors: () =>
      sent(api.listSupportedFactors({ userId }).then(async (found) => (await all(found)).map((one) => plain(one)))),
    listSupportedSecurityQuestions: () =>
      sent(
        api
          .listSupportedSecurityQuestions({ userId })
          .then(async (found) => (await all(found)).map((one) => (one as { question: string }).question)),
      ),
    getFactor: (factorId) => sent(api.getFactor({ userId, factorId }).then(seen)),
    enrollFactor: ({ body, ...query }) =>
      sent(
        api
          .enrollFactor({ userId, body: body as never, ...query })
          .then((made) => ({ ...seen(made), activation: plain(made)._embedded?.activation ?? {} })),
      ),
    activateFactor: (factorId, body) => sent(api.activateFactor({ userId, factorId, body: body as never }).then(seen)),
    resendEnrollFactor: async (factorId, factorType, templateId) =>
      void (await sent(
        api.resendEnrollFactor({
          userId,
          factorId,
          resendUserFactor: { factorType } as never,
          ...(templateId && { templateId }),
        }),
      )),
    verifyFactor: (factorId, { body = {}, ...query } = {}) =>
      sent(
        api
          .verifyFactor({
            userId,
            factorId,
            body: body as never,
            ...query,
            xForwardedFor: person.forwardedFor,
            userAgent: person.userAgent,
            acceptLanguage: person.acceptLanguage,
          })
          .then(result),
      ),
    getFactorTransactionStatus: (factorId, transactionId) =>
      sent(api.getFactorTransactionStatus({ userId, factorId, transactionId }).then(result)),
    deleteFactor: async (factorId, removeRecoveryEnrollment) =>
      void (await sent(
        api.unenrollFactor({
          userId,
          factorId,
          ...(removeRecoveryEnrollment !== undefined && { removeRecoveryEnrollment }),
        }),
      )),
  };
}

const opened: { close(): Promise<void> }[] = [];

function ourDriver(emulator: TestEmulator, userId: string): Driver {
  const client = createOktaClient({
    orgUrl: emulator.url,
    credential: { kind: 'ssws', token: emulator.apiToken },
    clock: emulator.clock,
    userAgent: 'latchkey/test',
  });
  opened.push(client);
  const api = client.userFactorApi;
  type Ours = Omit<Seen, 'profile'> & { profile: Record<string, unknown> | null };
  const seen = ({ id, factorType, provider, status, profile }: Ours): Seen => ({
    id,
    factorType,
    provider,
    status,
    profile: profile ?? {},
  });
  const result = (answer: Awaited<ReturnType<typeof api.verifyFactor>>): Result => ({
    factorResult: answer.factorResult,
    transactionId: answer.transactionId,
    number: answer.correctAnswer,
    challenge: typeof answer.challenge?.['challenge'] === 'string' ? answer.challenge['challenge'] : null,
  });
  const sent = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      if (!(error instanceof OktaError) || error.kind !== 'api') throw error;
      throw new Refused(error.status, error.code, error.causes, error);
    }
  };
  return {
    listFactors: () => sent(api.listFactors({ userId }, person).then((found) => found.map(seen))),
    listSupportedFactors: () => sent(api.listSupportedFactors({ userId }, person)),
    listSupportedSecurityQuestions: () =>
      sent(
        api.listSupportedSecurityQuestions({ userId }, person).then((found) => found.map(({ question }) => question)),
      ),
    getFactor: (factorId) => sent(api.getFactor({ userId, factorId }, person).then(seen)),
    enrollFactor: (about) =>
      sent(
        api.enrollFactor({ userId, ...about }, person).then((made) => ({
          ...seen(made),
          activation: { ...made.activation, ...made.activation?.options } as Record<string, unknown>,
        })),
      ),
    activateFactor: (factorId, body) => sent(api.activateFactor({ userId, factorId, body }, person).then(seen)),
    resendEnrollFactor: async (factorId, factorType, templateId) =>
      void (await sent(
        api.resendEnrollFactor({ userId, factorId, body: { factorType }, ...(templateId && { templateId }) }, person),
      )),
    verifyFactor: (factorId, about = {}) => sent(api.verifyFactor({ userId, factorId, ...about }, person).then(result)),
    getFactorTransactionStatus: (factorId, transactionId) =>
      sent(api.getFactorTransactionStatus({ userId, factorId, transactionId }, person).then(result)),
    deleteFactor: (factorId, removeEnrollmentRecovery) =>
      sent(
        api.deleteFactor(
          { userId, factorId, ...(removeEnrollmentRecovery !== undefined && { removeEnrollmentRecovery }) },
          person,
        ),
      ),
  };
}

export const drivers = { "Okta's SDK": sdkDriver, 'our client': ourDriver };

export async function closeDrivers(): Promise<void> {
  for (const one of opened.splice(0)) await one.close();
}

/** The status and code of a refused call. For a successful call, its result as text. */
export const refusal = async (sent: Promise<unknown>): Promise<string> =>
  sent.then(
    (got) => `not refused: ${JSON.stringify(got)}`,
    (error: unknown) => (error instanceof Refused ? error.said : Promise.reject(error)),
  );
