import { Agent, request as send, type IncomingHttpHeaders } from 'node:http';
import { allEndpoints } from '#contract/all.ts';
import { addresses, formTokenField, headers as ours, fillPath, type EndpointName } from '#contract/endpoints.ts';
import type { ErrorBody } from '#contract/errors.ts';
import { assertShape } from './requests/replies.ts';

/** `body`: undefined unless it is JSON. `url`: after redirects. */
export type Reply = {
  url: URL;
  status: number;
  headers: IncomingHttpHeaders;
  cookies: string[];
  text: string;
  body: any; // oxlint-disable-line typescript/no-explicit-any -- each test knows the shape of its answers
};

export type Sent = {
  method?: string;
  /** Includes the query. Sent without normalization. */
  path: string;
  headers?: Record<string, string | string[] | undefined>;
  body?: string | Buffer;
};

/** Closes idle connections before a balancer would close them, perhaps during a request. */
const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 10_000 });

export function exchange(
  origin: string,
  { method = 'GET', path, headers = {}, body }: Sent,
  port: number | string = new URL(origin).port,
): Promise<Reply> {
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)) as Record<
    string,
    string | string[]
  >;
  return new Promise((resolve, reject) => {
    const options = { agent, host: '127.0.0.1', port, method, path, headers: { host: new URL(origin).host, ...given } };
    const asking = send(options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const json = /\bjson\b/.test(answer.headers['content-type'] ?? '') && text !== '';
        resolve({
          url: new URL(path, origin),
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          cookies: answer.headers['set-cookie'] ?? [],
          text,
          body: json ? JSON.parse(text) : undefined,
        });
      });
    });
    asking.on('error', reject);
    if (!('transfer-encoding' in given) && (body !== undefined || method === 'POST'))
      asking.setHeader('content-length', Buffer.byteLength(body ?? ''));
    asking.end(body);
  });
}

type Where = {
  base: string;
  emulator: string;
  password: string;
  /** Replaces the port of `base`, to bypass a balancer. */
  via?: number;
};
type CallOptions = { body?: unknown; query?: Record<string, string>; headers?: Sent['headers']; poll?: boolean };

/** Returns a text such as `403 csrf`. */
export const said = ({ status, body }: Reply): string =>
  [status, (body as Partial<ErrorBody> | undefined)?.error?.code].filter(Boolean).join(' ');

export type Visitor = ReturnType<typeof createVisitor>;

/** The headers are those of a browser. The origin is `null`, because our pages send no referrer. */
const ownForm = { origin: 'null', 'sec-fetch-site': 'same-origin' };

export function createVisitor({ base, emulator, password, via }: Where) {
  const jar = new Map<string, { value: string; path: string }>();

  function keep({ cookies }: Reply): void {
    for (const line of cookies) {
      const [pair = '', ...attributes] = line.split(/; */);
      const name = pair.slice(0, pair.indexOf('='));
      const of = (key: string) =>
        attributes.find((one) => one.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
      const path = of('path') ?? '/';
      const ended = of('max-age') === '0' || Date.parse(of('expires') ?? '') < 1000;
      // Cookies do not depend on ports, so portal and emulator share one jar, as in a real browser.
      if (ended) jar.delete(`${name} ${path}`);
      else jar.set(`${name} ${path}`, { value: pair.slice(pair.indexOf('=') + 1), path });
    }
  }

  const cookieHeader = (pathname: string) =>
    [...jar]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([key, { value }]) => `${key.split(' ')[0]}=${value}`)
      .join('; ') || undefined;

  async function raw(sent: Sent, origin = base): Promise<Reply> {
    const headers = { cookie: cookieHeader(sent.path.split('?')[0] ?? '/'), ...sent.headers };
    const reply = await exchange(origin, { ...sent, headers }, origin === base ? via : undefined);
    keep(reply);
    return reply;
  }

  const step = async (address: string | URL, form?: Record<string, string>) => {
    const url = new URL(address, base);
    const body = form && new URLSearchParams(form).toString();
    const type = form && { 'content-type': 'application/x-www-form-urlencoded' };
    return raw(
      {
        method: form ? 'POST' : 'GET',
        path: url.pathname + url.search,
        headers: { accept: 'text/html', ...type },
        body,
      },
      url.origin,
    );
  };

  async function open(address: string | URL, form?: Record<string, string>): Promise<Reply> {
    let reply = await step(address, form);
    for (let steps = 0; reply.headers.location; steps += 1) {
      if (steps > 20) throw new Error(`redirects without end at ${reply.url.href}`);
      reply = await step(new URL(reply.headers.location, reply.url));
    }
    return reply;
  }

  /** Follows redirects of the emulator. Returns the portal's URL without opening it. */
  async function backFrom(address: string | URL, form?: Record<string, string>): Promise<URL> {
    let reply = await step(address, form);
    for (let steps = 0; steps < 20; steps += 1) {
      const to = reply.headers.location;
      if (!to)
        throw new Error(
          `${reply.status} at ${reply.url.href}: ${reply.text
            .replace(/<[^>]*>/g, ' ')
            .replace(/\s+/g, ' ')
            .slice(0, 300)}`,
        );
      const next = new URL(to, reply.url);
      if (next.origin === new URL(base).origin) return next;
      reply = await step(next);
    }
    throw new Error('redirects without end');
  }

  const sessionName = () =>
    [...jar.keys()].map((key) => key.split(' ')[0]!).find((name) => /^(?:__Host-latchkey|latchkey-\d+)$/.test(name));

  const visitor = {
    jar,
    raw,
    step,
    open,
    backFrom,
    token: () => (sessionName() ? jar.get(`${sessionName()} /`)?.value : undefined),
    plant: (token: string) => void jar.set(`latchkey-${new URL(base).port} /`, { value: token, path: '/' }),

    begin: (address = '/auth/sign-in') => open(address),

    /** Returns the URL of the portal's callback without opening it. */
    async password(page: Reply, login: string): Promise<URL> {
      return backFrom(page.url, { username: login, password });
    },

    async signIn(login: string, returnTo = '/'): Promise<Reply> {
      const page = await open(`/auth/sign-in?returnTo=${encodeURIComponent(returnTo)}`);
      // A person who is signed in at the emulator sees no form.
      if (page.url.origin === new URL(base).origin) return page;
      return open(await backFrom(page.url, { username: login, password }));
    },

    async stepUp(purpose: string, login: string, code?: () => Promise<string>): Promise<Reply> {
      const page = await open(`/auth/step-up?purpose=${encodeURIComponent(purpose)}&returnTo=%2Fdone`);
      if (page.url.origin === new URL(base).origin) return page;
      let next = await step(page.url, { username: login, password });
      while (next.headers.location && new URL(next.headers.location, next.url).origin === new URL(emulator).origin) {
        next = await step(new URL(next.headers.location, next.url));
      }
      if (!next.headers.location) next = await open(next.url, { passCode: (await code?.()) ?? '' });
      return next.headers.location ? open(new URL(next.headers.location, next.url)) : next;
    },

    /** The token in the forms of this browser's pages. '' without a session. */
    async formToken(): Promise<string> {
      const { text } = await raw({ path: '/sign-out', headers: { accept: 'text/html' } });
      return /name="formToken" value="([^"]*)"/.exec(text)?.[1] ?? '';
    },

    /**
     * Does not follow the form's redirect.
     * @param fields default: only the form token
     * @param from headers about the page that has the form
     */
    async submit(path: string, fields?: Record<string, string>, from: Sent['headers'] = ownForm): Promise<Reply> {
      const body = new URLSearchParams(fields ?? { [formTokenField]: await visitor.formToken() }).toString();
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      return raw({ method: 'POST', path, headers: { accept: 'text/html', ...type, ...from }, body });
    },

    signOut: (from?: Sent['headers']): Promise<Reply> => visitor.submit(addresses.signOut, undefined, from),

    /** Throws if the answer does not match the contract exactly. */
    async call(
      name: EndpointName,
      params: Record<string, string> = {},
      { body, query, headers = {}, poll }: CallOptions = {},
    ): Promise<Reply> {
      const { method } = allEndpoints[name];
      const unsafe = method !== 'GET' && { [ours.guard]: '1', origin: base };
      const type = body !== undefined && { 'content-type': 'application/json' };
      const reply = await raw({
        method,
        path: fillPath(allEndpoints[name], params as never, query as never),
        headers: { accept: 'application/json', ...unsafe, ...type, ...(poll && { [ours.poll]: '1' }), ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      assertShape(name, reply.status, reply.body);
      return reply;
    },
  };
  return visitor;
}

/** Tries again after a failure, because a portal's calls to the emulator may time out on a busy machine. */
export async function signedInAt(where: Parameters<typeof createVisitor>[0], login: string): Promise<Visitor> {
  for (let tries = 1; ; tries += 1) {
    const visitor = createVisitor(where);
    const landed = await visitor.signIn(login);
    if (visitor.token()) return visitor;
    if (landed.status !== 503 || tries === 5)
      throw new Error(`${login} could not sign in: ${landed.status} ${landed.text}`);
  }
}
