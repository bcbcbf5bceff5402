// Plain JavaScript, because stripping types takes memory that the built portal does not need.
process.on('message', (/** @type {{ ask?: string }} */ message) => {
  if (message.ask !== 'usage') return;
  const { user, system } = process.cpuUsage();
  /** @type {import('../processes.ts').Usage} */
  const usage = { cpuMs: (user + system) / 1000, residentBytes: process.memoryUsage.rss() };
  process.send?.(usage);
});
process.on('disconnect', () => process.exit());
process.channel?.unref();
