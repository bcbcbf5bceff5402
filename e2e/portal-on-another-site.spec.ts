import { test } from './fixtures/index.ts';
import { otherSites } from './fixtures/other-sites.ts';

test.use({ serverOptions: { portalHost: '127.0.0.1', emulatorHost: 'localhost' } });
otherSites();
