import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Clock } from '#clock';
import { checkpointOf } from '../checkpoint.ts';
import type { LogEvent } from '../log-event.ts';
import type { SinkSettings } from './settings.ts';
import { SEND_MS, type AuditSink } from './sink.ts';

/** RFC 5424 §6.2.1: the facility "log audit", with the severities "warning" and "informational". */
const FACILITY = 13;
const severities = { WARN: 4, INFO: 6 } as const;
/** RFC 5424 §7.3.1: the largest number of a message. */
const MOST_SEQUENCE = 2_147_483_647;

/** JSON in ASCII: a message in UTF-8 would need a byte order mark (RFC 5424 §6.4), which not every receiver removes. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** One message with its length before it (RFC 5425 §4.3). All of it is ASCII, so characters are bytes. */
function frameOf(at: string, severity: number, host: string, structured: string, value: unknown): string {
  const message = `<${FACILITY * 8 + severity}>1 ${at} ${host} latchkey - audit ${structured} ${asciiJson(value)}`;
  return `${message.length} ${message}`;
}

/**
 * Creates a sink that sends syslog messages over TLS (RFC 5424, RFC 5425): each event as JSON, then the signed head.
 * Syslog acknowledges nothing. So each batch has a connection of its own, which the portal ends first: a receiver that
 * then ends its side, too, has read all of it.
 */
export function createSyslogSink(
  { host, port, ca }: Extract<SinkSettings, { kind: 'syslog' }>,
  clock: Pick<Clock, 'now'>,
  ourName: string,
  limitMs = SEND_MS,
): AuditSink {
  const frame = (event: LogEvent) => {
    const sequence = ((event.debugContext.debugData.sequence - 1) % MOST_SEQUENCE) + 1;
    const structured = `[meta sequenceId="${sequence}"]`;
    return frameOf(event.published, severities[event.severity], ourName, structured, event);
  };

  const exchange = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({
        ...{ host, port, minVersion: 'TLSv1.2' },
        // RFC 6066: an address is no server name.
        ...(isIP(host) === 0 && { servername: host }),
        ...(ca !== undefined && { ca }),
      });
      let isWritten = false;
      let fault: Error | null = null;
      const late = new Error(`${host}:${port} did not take the events within ${limitMs / 1000} s`);
      const timer = setTimeout(() => socket.destroy(late), limitMs);
      socket.once('secureConnect', () => socket.end(text, 'latin1'));
      socket.once('finish', () => (isWritten = true));
      socket.once('end', () => {
        if (!isWritten) fault ??= new Error(`${host}:${port} ended the connection before it had everything`);
      });
      socket.once('error', (error) => (fault = error));
      socket.once('close', () => {
        clearTimeout(timer);
        if (fault) reject(fault);
        else if (isWritten) resolve();
        else reject(new Error(`${host}:${port} closed the connection`));
      });
      socket.resume();
    });

  return {
    acknowledges: false,
    async send({ events, head }) {
      const at = new Date(clock.now()).toISOString();
      const last = head && frameOf(at, severities.INFO, ourName, '-', checkpointOf(head));
      await exchange([...events.map(frame), ...(last === null ? [] : [last])].join(''));
    },
    close: () => Promise.resolve(),
  };
}
