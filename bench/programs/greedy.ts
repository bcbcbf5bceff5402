import { Agent, request, type OutgoingHttpHeaders } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

/** Requests pages over ten connections at full speed, until it is stopped and was refused once. */
const { port, cookie, headers } = workerData as { port: number; cookie: string; headers: OutgoingHttpHeaders };
const agent = new Agent({ keepAlive: true, maxSockets: 10 });
const counts = { served: 0, refused: 0 };
let stopped = false;
let ended = false;

function end(): void {
  if (ended || !stopped || counts.refused === 0) return;
  ended = true;
  agent.destroy();
  parentPort!.postMessage(counts);
}

function ask(): void {
  if (ended) return;
  const asking = request({ agent, host: '127.0.0.1', port, path: '/', headers: { ...headers, cookie } }, (answer) => {
    counts[answer.statusCode === 429 ? 'refused' : 'served'] += 1;
    end();
    answer.on('end', ask).resume();
  });
  asking.on('error', ask).end();
}

for (let connection = 0; connection < 10; connection++) ask();
parentPort!.once('message', () => {
  stopped = true;
  end();
});
