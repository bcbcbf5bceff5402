import { Agent, request, type OutgoingHttpHeaders } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * Requests pages over ten connections at full speed until it is stopped; then reports how many were served and refused.
 */
const { port, cookie, headers } = workerData as { port: number; cookie: string; headers: OutgoingHttpHeaders };
const agent = new Agent({ keepAlive: true, maxSockets: 10 });
const counts = { served: 0, refused: 0 };
let going = true;

function ask(): void {
  if (!going) return;
  const asking = request({ agent, host: '127.0.0.1', port, path: '/', headers: { ...headers, cookie } }, (answer) => {
    counts[answer.statusCode === 429 ? 'refused' : 'served'] += 1;
    answer.on('end', ask).resume();
  });
  asking.on('error', ask).end();
}

for (let connection = 0; connection < 10; connection++) ask();
parentPort!.once('message', () => {
  going = false;
  agent.destroy();
  parentPort!.postMessage(counts);
});
