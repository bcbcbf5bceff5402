// @vitest-environment node
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeAt } from '#testing/programs/authenticator-app.ts';
import { diagnose } from './clock-doctor.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const other = 'KZXW6YTBOI4DIMRQGEYDCMZVGEZTIMBR';
const period = 30;

const examine = (code: string, seconds: number, earlier: readonly string[] = []) =>
  diagnose(code, { secret, earlier, period, now: seconds * 1000 });
/** A time with milliseconds, from 2020 to 2100. */
const times = fc.integer({ min: 1_577_836_800_000, max: 4_102_444_800_000 }).map((ms) => ms / 1000);

describe('the clock doctor', () => {
  // The codes of RFC 6238, appendix B, without their first two digits.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [20_000_000_000, '353130'],
  ])('knows the code of RFC 6238 at %d s', async (seconds, code) => {
    expect(codeAt({ secret }, seconds * 1000)).toBe(code);
    expect(await examine(code, seconds + 300)).toEqual({ is: 'off', seconds: expect.any(Number) as number });
  });

  it('names a drift of up to ten minutes within 30 s of the truth, or sends the code', async () => {
    const drifts = fc.integer({ min: -600_000, max: 600_000 }).map((ms) => ms / 1000);
    await fc.assert(
      fc.asyncProperty(times, drifts, async (at, drift) => {
        const found = await examine(codeAt({ secret }, (at + drift) * 1000), at);
        const windows = Math.floor((at + drift) / period) - Math.floor(at / period);
        if (Math.abs(windows) <= 4) expect(found).toEqual({ is: 'sendable' });
        else {
          if (found.is !== 'off') throw new Error(`${found.is} at a drift of ${drift} s`);
          expect(Math.abs(found.seconds - drift)).toBeLessThanOrEqual(30);
          expect(Math.sign(found.seconds)).toBe(Math.sign(drift));
          expect(Math.abs(found.seconds % 30)).toBe(0);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('recognises the code of an entry that was scanned before, whatever its clock', async () => {
    await fc.assert(
      fc.asyncProperty(times, fc.integer({ min: -599, max: 599 }), async (at, drift) => {
        expect(await examine(codeAt({ secret: other }, (at + drift) * 1000), at, ['MFRGGZDFMZTWQ2LK', other])).toEqual({
          is: 'earlier',
        });
      }),
      { numRuns: 50 },
    );
  });

  it('leaves to the server what it does not know', async () => {
    const at = 1_800_000_000;
    expect(await examine(codeAt({ secret: other }, at * 1000), at)).toEqual({ is: 'sendable' });
    expect(await examine(codeAt({ secret }, (at + 21 * period) * 1000), at)).toEqual({ is: 'sendable' });
    expect(await examine('12345', at, [other])).toEqual({ is: 'sendable' });
  });
});
