import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorCodes, type OktaErrorCode } from '#okta/error-codes.ts';
import { OktaError, errorBody } from '../wire/errors.ts';
import { oktaHeaders, rateHeaders } from '../api/request/headers.ts';
import type { RateBucket } from '../api/request/rate-limit.ts';
import type { EmulatorContext } from '../context/context.ts';
import { newErrorId } from '../wire/ids.ts';
import type { Fault, Faults } from './faults.ts';
import type { RequestLog } from './requests.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const byStatus: Record<number, OktaErrorCode> = {
  400: 'E0000001',
  403: 'E0000006',
  404: 'E0000007',
  429: 'E0000047',
  500: 'E0000009',
};

function codeFor(status: number): OktaErrorCode {
  const first = (Object.keys(errorCodes) as OktaErrorCode[]).find((code) => errorCodes[code].status === status);
  return byStatus[status] ?? first ?? 'E0000009';
}

function answer(
  emulator: EmulatorContext,
  bucket: RateBucket,
  response: ServerResponse,
  fault: Fault & { status: number },
): void {
  const limits = bucket.peek();
  const exhausted = fault.status === 429 ? { ...limits, remaining: 0 } : limits;
  const headers: Fault['headers'] = {
    ...oktaHeaders(emulator),
    ...rateHeaders(exhausted),
    'content-type': 'application/json',
  };
  for (const [name, value] of Object.entries(fault.headers)) headers[name.toLowerCase()] = value;
  for (const [name, value] of Object.entries(headers)) if (value !== null) response.setHeader(name, value);
  response.statusCode = fault.status;
  if (fault.status === 204 || fault.status === 304) return void response.end();
  const standard = () =>
    errorBody(new OktaError(codeFor(fault.status), { status: fault.status }), newErrorId(emulator.random));
  response.end(typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body ?? standard()));
}

/** @param never if true, the connection stays open without an answer. Otherwise it is cut */
function cutAnswer(request: IncomingMessage, response: ServerResponse, never: boolean): void {
  const cut = () => {
    if (!never) request.socket.destroy();
    return response;
  };
  response.writeHead = () => response;
  response.flushHeaders = () => undefined;
  response.write = () => true;
  response.end = cut as typeof response.end;
}

/** Runs before every route. Calls to the simulator are not recorded: a test that reads the log must not change it. */
export function createGate(
  emulator: EmulatorContext,
  bucket: RateBucket,
  faults: Faults,
  log: RequestLog,
): (handler: Handler) => Handler {
  return (handler) => (request, response) => {
    const method = request.method ?? 'GET';
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (path === '/simulator' || path.startsWith('/simulator/') || path.startsWith('/assets/'))
      return handler(request, response);
    const at = new Date(emulator.clock.now()).toISOString();
    response.once('close', () =>
      log.add({ method, path, status: response.writableFinished ? response.statusCode : 0, at }),
    );
    const fault = faults.take(method, path);
    if (!fault) return handler(request, response);
    const happen = () => {
      if (request.socket.destroyed) return;
      if (fault.cut === 'before') return void request.socket.destroy();
      const isAction = fault.cut === 'after' || fault.cut === 'never';
      if (isAction) cutAnswer(request, response, fault.cut === 'never');
      if (fault.status === null || isAction) {
        for (const [name, value] of Object.entries(fault.headers)) if (value !== null) response.setHeader(name, value);
        return handler(request, response);
      }
      return answer(emulator, bucket, response, { ...fault, status: fault.status });
    };
    if (fault.delayMs === 0) return happen();
    const waiting = setTimeout(happen, fault.delayMs);
    response.once('close', () => clearTimeout(waiting));
  };
}
