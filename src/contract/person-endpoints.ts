import { emptyPost, create, file, get, post, put, remove, type Endpoint } from './endpoint.ts';
import { enrollBody } from './kinds.ts';
import * as replies from './replies.ts';
import * as schemas from './schemas.ts';

export const endpoints = {
  getHome: get('/api/home', replies.home),
  listFactors: get('/api/factors', replies.factorList),
  listSupportedFactors: get('/api/factors/catalog', replies.catalog),
  getFactor: get('/api/factors/{factorId}', replies.factorDetail),
  listSecurityQuestions: get('/api/factors/questions', replies.questionList),
  enrollFactor: create('/api/factors', replies.enrolled, { body: enrollBody }),
  activateFactor: post('/api/factors/{factorId}/activate', replies.activated, { body: schemas.activateBody }),
  resendFactor: post('/api/factors/{factorId}/resend', replies.sent),
  pollActivation: post('/api/factors/{factorId}/activation/poll', replies.activationPoll, { polls: true }),
  /** Okta's image, served from Latchkey's own origin. */
  getActivationQr: file('/api/factors/{factorId}/activation/qr', {
    answer: 'image',
    type: 'image/png',
    file: 'qr.png',
  }),
  sendActivationLink: post('/api/factors/{factorId}/activation/link', replies.sent, { body: schemas.linkBody }),
  verifyFactor: post('/api/factors/{factorId}/verify', replies.verified, { body: schemas.verifyBody, renews: true }),
  /** Finishes an answered push and renews the session, so the call does more than read. */
  pollTransaction: post('/api/factors/{factorId}/transactions/{transactionId}/poll', replies.transaction, {
    polls: true,
    renews: true,
  }),
  cancelTransaction: remove('/api/factors/{factorId}/transactions/{transactionId}'),
  nameFactor: put('/api/factors/{factorId}/name', replies.activated, { body: schemas.nameBody }),
  deleteFactor: remove('/api/factors/{factorId}'),
  /** A repeated call continues where the last one ended. */
  replaceFactor: create('/api/factors/{factorId}/replacement', replies.enrolled, { body: enrollBody }),
  getNewPhone: get('/api/new-phone', replies.newPhone),
  /** A page can ask for the step-up before the change is refused. */
  getStepUp: get('/api/step-up', replies.stepUpMissing, { query: schemas.stepUpQuery }),
  getSession: get('/api/session', replies.sessionView),
  listSessions: get('/api/sessions', replies.sessionList),
  endSession: remove('/api/sessions/{id}'),
  chooseLanguage: emptyPost('/api/language', { body: schemas.languageBody }),
  endOtherSessions: emptyPost('/api/sessions/end-others'),
} satisfies Record<string, Endpoint>;
