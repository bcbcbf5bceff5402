import type { FastifyInstance, FastifyReply } from 'fastify';
import type { EmulatorContext } from '../../context/context.ts';
import { html } from '../../page/html.ts';
import { asset } from '../../page/assets.ts';
import { knownHosts, type SimulatorTools } from '../api.ts';
import { simulatorParts, secondsLeft, type SimulatorView } from './parts.ts';
import { SimulatorError } from '../refusal.ts';
import { createView } from './view.ts';

function page(view: SimulatorView): string {
  const parts = simulatorParts(view);
  const left = secondsLeft(view);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>The simulator</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${asset('simulator.css')}">
<link rel="stylesheet" href="${asset('devices.css')}">
<script src="${asset('simulator.js')}" defer></script>
<noscript><meta http-equiv="refresh" content="10"></noscript>
</head>
<body data-user="${view.user}">
<header class="banner"><strong>The simulator</strong> · a simulated phone and inbox, for the demo only</header>
<main>
<h1>Whose phone and inbox?</h1>
<nav id="people" aria-label="People">${parts.people}</nav>
<div class="columns">
<section class="device" aria-labelledby="phone-title">
<div class="top"><h2 id="phone-title">Phone</h2><p class="left"><span id="left" class="mono">${left} s</span></p></div>
<progress id="bar" max="30" value="${left}" aria-label="Time left for these codes"></progress>
<div id="pushes">${parts.pushes}</div>
<div id="phone">${parts.phone}</div>
</section>
<section class="panel" aria-labelledby="inbox-title"><h2 id="inbox-title">Inbox</h2><div id="inbox">${parts.inbox}</div></section>
</div>
<div class="columns world">
<section aria-labelledby="time-title"><h2 id="time-title">Time</h2><div id="time">${parts.time}</div>
<p class="row"><button type="button" data-advance="30">+30 s</button><button type="button" data-advance="300">+5 min</button><button type="button" data-advance="3600">+1 h</button><button type="button" data-advance="86400">+1 day</button></p></section>
<section aria-labelledby="person-title"><h2 id="person-title">As an administrator</h2><div id="person">${parts.person}</div></section>
<section aria-labelledby="faults-title"><h2 id="faults-title">Faults</h2><div id="faults">${parts.faults}</div></section>
<section aria-labelledby="reset-title"><h2 id="reset-title">Start over</h2><p>Resets people, methods, email, time and faults.</p><p class="row"><button type="button" class="danger" data-reset>Reset the org</button></p></section>
</div>
<section class="requests" aria-labelledby="requests-title"><h2 id="requests-title">Requests to the org</h2><div id="requests" tabindex="0" role="region" aria-label="Last requests">${parts.requests}</div></section>
</main>
<p id="said" class="said" role="status"></p>
</body>
</html>
`.html;
}

export function simulatorPage(
  app: FastifyInstance,
  emulator: EmulatorContext,
  tools: SimulatorTools,
  port: number,
): void {
  const hosts = knownHosts(emulator, port);
  const refuse = (reply: FastifyReply, status: number, message: string) =>
    reply.code(status).type('text/plain; charset=utf-8').send(message);
  app.get<{ Querystring: { user?: string } }>('/simulator', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    if (!hosts.has(request.headers.host ?? ''))
      return refuse(reply, 403, 'The simulator does not answer to this host name.');
    try {
      return reply.type('text/html').send(page(await createView(emulator, tools, request.query.user)));
    } catch (error) {
      if (error instanceof SimulatorError) return refuse(reply, error.status, 'There is no person with this login.');
      throw error;
    }
  });
}
