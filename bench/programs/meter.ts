/** Loaded by `--import` into a measured process: reports its usage to its parent, and ends with it. */
export type Usage = { cpuMs: number; residentBytes: number };

process.on('message', (message: { ask?: string }) => {
  if (message.ask !== 'usage') return;
  const { user, system } = process.cpuUsage();
  process.send!({ cpuMs: (user + system) / 1000, residentBytes: process.memoryUsage.rss() } satisfies Usage);
});
process.on('disconnect', () => process.exit());
process.channel?.unref();
