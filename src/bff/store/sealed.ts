/** Every column whose values were sealed or maced under `SESSION_SECRET`, with the id of its key as the first part. */
export const sealedColumns = [
  { table: 'sessions', column: 'id_token' },
  { table: 'sign_ins', column: 'data' },
  { table: 'grants', column: 'qr' },
  { table: 'way_backs', column: 'code_mac' },
  { table: 'way_backs', column: 'sealed' },
  { table: 'outbox', column: 'body' },
] as const;
