import { test } from '../fixtures/index.ts';
import { otherSites } from '../fixtures/other-sites.ts';

// All tests run in one worker, so that one server starts.
test.describe.configure({ mode: 'default' });
test.use({ serverOptions: { portalHost: '127.0.0.1', emulatorHost: 'localhost' } });
otherSites();
