import pg from 'pg';

/** Where the database is, and how the portal uses it. Times are milliseconds. */
export type DatabaseSettings = {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string | undefined;
  /** False: in the clear. Else the certificate is verified, by `ca` (PEM) if given. */
  tls: false | { ca: string | undefined };
  /** The most connections that this process opens. */
  poolSize: number;
  /** The longest that one statement takes, and that it waits for another's lock. */
  statementMs: number;
  lockMs: number;
  /** The longest that a connection may take, or that a statement waits for a free one. */
  connectMs: number;
};

/** Returns what every connection needs. Nothing is left open for `pg` to take from the environment or a file. */
export const readConnection = ({ host, port, database, user, password, tls, connectMs }: DatabaseSettings) =>
  ({
    ...{ host, port, database, user },
    // Without one, `pg` would take it from PGPASSWORD or from a file.
    password: password ?? (() => ''),
    ssl: tls && { rejectUnauthorized: true, ...(tls.ca !== undefined && { ca: tls.ca }) },
    sslnegotiation: 'postgres',
    connectionTimeoutMillis: connectMs,
  }) satisfies pg.ClientConfig;

/** A client without the settings that `pg` takes from PGOPTIONS and PGREPLICATION alone. */
export class Client extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    const { connectionParameters } = this as unknown as { connectionParameters: Record<string, unknown> };
    Object.assign(connectionParameters, { options: undefined, replication: undefined });
    // Without a listener, a connection that breaks while no statement runs would end the process.
    this.on('error', () => {});
  }
}
