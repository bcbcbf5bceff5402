/** Variables that are explained together. */
export type SettingRow = {
  names: readonly string[];
  /** The default, if the definitions do not have it. */
  usual?: string;
  means: string;
};

/** Each variable of the program is in exactly one row. */
export const settingGroups: readonly { title: string; intro?: string; rows: readonly SettingRow[] }[] = [
  {
    title: 'The portal',
    rows: [
      { names: ['PORT', 'HOST'], means: 'where the portal listens' },
      {
        names: ['BASE_URL'],
        usual: 'http://localhost:PORT',
        means: "the portal's address in the browser; an origin, without a path",
      },
      { names: ['DATA_DIR'], means: 'folder of the SQLite files' },
      {
        names: ['DATABASE_URL'],
        means:
          "the portal's store in PostgreSQL 15 or later instead ([how](operate/database.md)): `postgres://user:password@host:5432/database`. The server's certificate is verified, by Node's authorities or those in `?sslrootcert=FILE` (PEM); `?sslmode=disable` sends everything unencrypted",
      },
      {
        names: ['DATABASE_POOL_SIZE'],
        means: 'the most connections that one process opens, those that it gave up on counted; at least 4',
      },
      {
        names: ['DRAIN_SECONDS'],
        usual: '5 with `DATABASE_URL`, else 0',
        means:
          'how long a process that gets SIGTERM says on `/readyz` that it ends while it still accepts requests: longer than a [load balancer](../deploy/haproxy.cfg) needs to notice. Then it answers what it has, for 27 s at most',
      },
      {
        names: ['LANGUAGES'],
        usual: 'en; in the demo all',
        means:
          'the languages of people’s pages and emails, the default first: `en,de`. English is always one of them. The helpdesk’s pages are English. [Who read which](translation.md)',
      },
      {
        names: ['ORG_NAME'],
        means:
          'the company’s name on every page, in emails and in authenticator apps; `npm run doctor` warns of *Example*',
      },
      {
        names: ['BRAND_LOGO'],
        means:
          'the file with the company’s logo, an SVG or PNG of at most 100 kB, for the header of people’s pages, 32 pixels high. Drawn for white: on a dark page it stands on white. It is read at the start, and browsers keep it for an hour',
      },
      {
        names: ['BRAND_COLOR'],
        usual: 'the product’s green',
        means:
          'the colour of buttons and links on people’s pages, like `#0d5c4c`; the `#` may be left out. It is darkened on light pages and lightened on dark ones until text has a contrast of 4.5:1: `latchkey doctor` says to what',
      },
      {
        names: ['SUPPORT_URL', 'SUPPORT_PHONE'],
        usual: 'none; in the demo a number that nobody has',
        means: 'who helps people who cannot verify their identity',
      },
      {
        names: ['SUPPORT_HOURS'],
        means: 'when the helpdesk answers, as pages and emails show it: one line of at most 80 characters',
      },
      {
        names: ['SMTP_URL', 'EMAIL_FROM'],
        usual: "the simulator's in the demo; Latchkey <latchkey@localhost>",
        means:
          'the mail server for notifications, and their sender. `smtps://`, or `smtp://` with STARTTLS, which is required except on loopback; `?insecure=true` sends unencrypted',
      },
      {
        names: ['ALARM_EMAIL'],
        means:
          'who gets [alarms](operate/alerts.md#alarms-of-the-portal) by email, separated by commas. Each alarm is also a line of the log at every `LOG_LEVEL`',
      },
      {
        names: ['MESSAGE_LIMITS'],
        usual: '20/1000/3000',
        means:
          'limits in 24 hours: messages and pushes to one person; text messages and calls to the numbers of one country; text messages and calls of the whole org. Reaching one of the last two raises an [alarm](operate/alerts.md#alarms-of-the-portal)',
      },
      {
        names: ['SESSION_SECRET'],
        usual: 'generated and stored in the demo',
        means:
          '32 bytes or more; a list, separated by commas: the first seals, all open ([replacing it](operate.md#replacing-secrets))',
      },
      {
        names: ['AUDIT_SIGNING_KEY'],
        usual: 'generated and stored in the demo',
        means:
          'an Ed25519 key (PEM, JWK or base64) that signs the [audit log](audit-log.md); a list, newest first, rotates it',
      },
      {
        names: ['AUDIT_SINK'],
        means: 'the `https://` webhook that gets audit rows as they are written ([how](audit-log.md#sending-it-on))',
      },
      {
        names: ['AUDIT_LOG_LINES'],
        means: '`on` writes each audit row also as a [line of the log](audit-log.md#sending-it-on)',
      },
      {
        names: ['AUDIT_SINK_CA_FILE'],
        usual: "Node's",
        means: "a file with the certificates (PEM) that may sign the receiver's",
      },
      {
        names: ['AUDIT_SINK_SECRET'],
        usual: 'required with `AUDIT_SINK`',
        means: '32 characters or more, which sign each batch; a list, separated by commas, rotates it',
      },
      {
        names: ['AUDIT_RETENTION_DAYS'],
        usual: 'none: all rows stay',
        means:
          'how long audit rows stay, 90 days or more: `latchkey audit:prune` deletes older ones ([how](audit-log.md#retention))',
      },
      {
        names: ['METRICS_PORT', 'METRICS_HOST'],
        usual: 'none, 127.0.0.1',
        means:
          'where `GET /metrics` answers Prometheus ([metrics and alerts](operate/monitoring.md#metrics)); none: nowhere',
      },
      {
        names: ['METRICS_TOKEN'],
        means:
          '16 characters or more: without it as a bearer token nobody reads the metrics; and who sends it to `/readyz` reads why the portal is degraded, and its version',
      },
      {
        names: ['TRUSTED_PROXIES'],
        means: 'addresses or networks whose forwarding headers count, separated by commas',
      },
      {
        names: ['LOG_LEVEL'],
        usual: 'info; warn in the demo',
        means:
          "`debug`, `info`, `warn`, `error`, `silent`. The log has one line of JSON for each event, on standard error; at `info` one for each request ([what it says](operate/monitoring.md#logs)). The audit log's checkpoints are written there at every level",
      },
      {
        names: ['SIGN_IN_RATE_LIMIT'],
        means:
          'sign-ins that one network address may start in a minute; the other limits of a network are derived from it',
      },
      {
        names: ['RATE_LIMITS'],
        means: "the portal's own limits; `off` is allowed only if `BASE_URL` and `HOST` are loopback",
      },
    ],
  },
  {
    title: 'The helpdesk',
    intro:
      'The demo has a helpdesk. A real org has none until you name its groups, by their ids (`00g…`): anybody could import a group of the same name.',
    rows: [
      {
        names: ['HELPDESK_GROUP_ID', 'HELPDESK_APPROVER_GROUP_ID'],
        usual: "the demo's",
        means: 'the group of the agents, and the group of the approvers',
      },
      {
        names: ['HELPDESK_AUDITOR_GROUP_ID'],
        usual: "none; the demo's",
        means:
          'the group of those who read and export the audit log and do nothing else; not those who are agents or approvers',
      },
      {
        names: ['HELPDESK_SCOPE'],
        usual: "the demo's",
        means:
          'whom agents may help: `AGENTS=PEOPLE,PEOPLE;AGENTS=PEOPLE`, or `{"AGENTS":["PEOPLE"]}`. Everybody else does not exist for them',
      },
      {
        names: ['HELPDESK_PRIVILEGED_GROUP_IDS'],
        means: "groups whose members' resets need an approver, like those of everybody with an Okta admin role",
      },
      {
        names: ['HELPDESK_ACR'],
        usual: 'phr; `urn:okta:loa:2fa:any` in the demo',
        means:
          "the least that an agent's own step-up before a reset, and an auditor's before reading, must reach: `phrh` (only by signing in at Okta) > `phr` > `urn:okta:loa:2fa:any` > `urn:okta:loa:1fa:any`",
      },
      {
        names: ['HELPDESK_TICKET_PATTERN'],
        usual: 'any text',
        means: 'the form of a ticket number: a regular expression for the whole number',
      },
      {
        names: ['HELPDESK_APPROVER_EMAIL'],
        means:
          'who gets an email when a request waits for an approver, separated by commas: a link to the page, and no decision in it',
      },
      {
        names: ['HELPDESK_UNVERIFIED'],
        means: 'who may allow a reset for a caller whom nobody verified: `approver`, or `off` for nobody',
      },
      { names: ['HELPDESK_CALL_BACK'], means: '`off`: a call back verifies nobody' },
    ],
  },
  {
    title: 'A real org',
    intro: 'If `OKTA_ORG_URL` is set.',
    rows: [
      { names: ['OKTA_ORG_URL'], means: 'https://example.okta.com' },
      {
        names: ['OKTA_ISSUER'],
        usual: 'required',
        means: 'the authorization server that signs people in, on the same origin',
      },
      { names: ['OKTA_CLIENT_ID', 'OKTA_CLIENT_SECRET'], usual: 'required', means: 'the web app' },
      { names: ['OKTA_API_TOKEN'], usual: 'required, or the next two', means: 'reads and changes factors' },
      {
        names: ['OKTA_SERVICE_CLIENT_ID', 'OKTA_SERVICE_PRIVATE_KEY'],
        means:
          'a service app for the same purpose: its client id, and its key as JWK, PEM or the file with one of them',
      },
      {
        names: ['OKTA_LOCKOUT'],
        means: 'wrong codes in a row that lock an account at Okta; the portal stops one before',
      },
      {
        names: ['OKTA_LOGOUT_ISSUER'],
        usual: '`OKTA_ORG_URL`',
        means: "who signs Okta's Universal Logout requests, which end a person's sessions here; `none` accepts none",
      },
      {
        names: ['OKTA_SETTINGS_URL'],
        means: 'where people manage at Okta what they cannot manage here',
      },
    ],
  },
  {
    title: 'The emulator',
    intro: 'If `OKTA_ORG_URL` is not set.',
    rows: [
      {
        names: ['BASE_URL'],
        usual: 'http://localhost:3000',
        means: "with `npm run emulator`: the portal's, for the redirect URIs of its web app",
      },
      {
        names: ['EMULATOR_PORT', 'EMULATOR_URL'],
        usual: '3001, http://localhost:EMULATOR_PORT',
        means: 'where it listens; its address in the browser',
      },
      { names: ['EMULATOR_ENGINE'], means: '`classic` or `oie` (Identity Engine)' },
      {
        names: ['EMULATOR_SIGN_IN'],
        means: '`password+factor` asks people who have a method for one after the password',
      },
      {
        names: ['EMULATOR_PASSKEY_RP_ID'],
        usual: 'the host of `EMULATOR_URL`, if it is a name',
        means: 'the relying party id of new keys: a host, or `none`',
      },
      {
        names: ['EMULATOR_CLIENT_SECRET', 'EMULATOR_API_TOKEN'],
        usual: 'generated at the first start',
        means: 'what the portal authenticates with; 16 characters or more',
      },
      { names: ['EMULATOR_RATE_LIMIT'], means: 'API calls a minute; 0 for no limit' },
      {
        names: ['EMULATOR_SMTP_PORT'],
        usual: 'a free port',
        means: "with `npm run emulator` only: where its simulator takes email, for the portal's `SMTP_URL`",
      },
      {
        names: ['EMULATOR_MESSAGE_WAIT'],
        usual: '30',
        means:
          "with `npm run emulator` only: how many seconds a number or an email address waits for its next message at most; Okta's waits are 30 and 5",
      },
    ],
  },
];
