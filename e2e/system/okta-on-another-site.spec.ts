import { test } from '../fixtures/index.ts';
import { otherSites } from '../fixtures/other-sites.ts';

// Ports do not separate sites, these host names do.
// In one worker, so that one server starts.
test.describe.configure({ mode: 'default' });
test.use({ serverOptions: { portalHost: 'localhost', emulatorHost: '127.0.0.1' } });
otherSites();
