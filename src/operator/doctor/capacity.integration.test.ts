import { expect, it } from 'vitest';
import { GRACE, testEnv } from '#testing/test-env.ts';
import { CALLS, describeCapacity } from './capacity.ts';

const env = await testEnv();

it('counts the calls that the portal makes', async () => {
  const portal = await env.fresh();
  await env.takeRequests();
  const grace = await portal.signedIn(GRACE);
  await grace.raw({ path: '/' });
  expect(await env.takeRequests()).toHaveLength(CALLS.signIn + CALLS.page);
  await grace.raw({ path: '/' });
  expect(await env.takeRequests()).toHaveLength(CALLS.page);
});

const bucket = (name: string, limit: number) => ({ bucket: name, limit, remaining: limit, resetAt: 0 });

it('says what the smallest limit of the paths that are read carries', () => {
  expect(describeCapacity([bucket('GET /a', 12_000), bucket('GET /b', 6000), bucket('POST /c', 50)])).toBe(
    '6,000 calls a minute carry about 4,320 page views a minute, or 5,400 sign-ins in 5 minutes, on all portals of one database together',
  );
  expect(describeCapacity([bucket('GET /a', 1_000_000)])).toBe('the org sets none');
  expect(describeCapacity([bucket('POST /c', 50)])).toBeNull();
});
