import pg from 'pg';

/** Times are in ms. */
export type DatabaseSettings = {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string | undefined;
  /** False: no TLS. Otherwise the server's certificate is verified, with the CA certificates of `ca` (PEM) if given. */
  tls: false | { ca: string | undefined };
  /** The most connections of this process. */
  poolSize: number;
  /** `statementMs`: how long a statement may take. `lockMs`: how long a statement may wait for a lock. */
  statementMs: number;
  lockMs: number;
  /** Limit for opening a connection, and for waiting for a free connection. */
  connectMs: number;
};

/** Sets all options, so that `pg` takes none from the environment or a file. */
export const readConnection = ({ host, port, database, user, password, tls, connectMs }: DatabaseSettings) =>
  ({
    ...{ host, port, database, user },
    // Without a password, `pg` would use PGPASSWORD or a password file.
    password: password ?? (() => ''),
    ssl: tls && { rejectUnauthorized: true, ...(tls.ca !== undefined && { ca: tls.ca }) },
    sslnegotiation: 'postgres',
    connectionTimeoutMillis: connectMs,
  }) satisfies pg.ClientConfig;

/** Ignores PGOPTIONS and PGREPLICATION, which `pg` reads even if all options are set. */
export class Client extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    const { connectionParameters } = this as unknown as { connectionParameters: Record<string, unknown> };
    Object.assign(connectionParameters, { options: undefined, replication: undefined });
    // Without a listener, the process would exit when an idle connection breaks.
    this.on('error', () => {});
  }
}
