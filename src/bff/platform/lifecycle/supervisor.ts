// oxlint-disable-next-line no-restricted-imports -- the one program that a portal starts: Node has no datagram sockets
import { execFile } from 'node:child_process';

/** Sends one message to systemd, by a datagram on a socket of Unix. */
const PROGRAM = '/usr/bin/systemd-notify';

type Environment = { NOTIFY_SOCKET?: string | undefined; WATCHDOG_USEC?: string | undefined };

/**
 * Tells systemd that the portal is ready, and then, three times in `WATCHDOG_USEC` (microseconds), that its event loop
 * turns: systemd kills a portal that says so no more. Does nothing without `NOTIFY_SOCKET`, which systemd sets.
 * @param onError called when a message could not be sent
 * @returns what ends it
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
    // Its whole environment: no secret of the portal's is in another process.
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
