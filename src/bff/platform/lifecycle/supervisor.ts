// oxlint-disable-next-line no-restricted-imports -- the only program that a portal starts: Node has no datagram sockets
import { execFile } from 'node:child_process';

/** Sends one message to systemd, through a Unix datagram socket. */
const PROGRAM = '/usr/bin/systemd-notify';

type Environment = { NOTIFY_SOCKET?: string | undefined; WATCHDOG_USEC?: string | undefined };

/**
 * systemd kills a portal that stops telling it that the event loop runs. Does nothing without `NOTIFY_SOCKET`, which
 * systemd sets. Returns the function that stops the messages.
 */
export function notifySupervisor(
  { NOTIFY_SOCKET, WATCHDOG_USEC }: Environment,
  onError: (error: Error) => void,
  program = PROGRAM,
): () => void {
  if (!NOTIFY_SOCKET) return () => {};
  let sending = false;
  const say = (message: string) => {
    if (sending) return;
    sending = true;
    // `env` is the program's whole environment, so the program gets none of the portal's secrets.
    execFile(program, [message], { env: { NOTIFY_SOCKET } }, (error) => {
      sending = false;
      if (error) onError(error);
    });
  };
  say('READY=1');
  const everyMs = Number(WATCHDOG_USEC ?? 0) / 3000;
  const timer = everyMs > 0 ? setInterval(() => say('WATCHDOG=1'), everyMs).unref() : undefined;
  return () => clearInterval(timer);
}
