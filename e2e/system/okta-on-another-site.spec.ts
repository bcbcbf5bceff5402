import { test } from '../fixtures/index.ts';
import { otherSites } from '../fixtures/other-sites.ts';

// Ports do not separate sites, but these host names do. All tests run in one worker, so that one server starts.
test.describe.configure({ mode: 'default' });
test.use({ serverOptions: { portalHost: 'localhost', emulatorHost: '127.0.0.1' } });
otherSites();
