import { addressesIn } from '../notifications/address-list.ts';

/** The number of events in an hour that raises an alarm: of one agent, network or person, and of all together. */
export type AlarmThreshold = { each: number; all: number };

export type AlarmSettings = {
  /** The recipients of alarm emails; may be empty. The log has the alarms in any case. */
  email: readonly string[];
  /** `resets` counts by agent, `refusals` by person or network refused, `sends` by recipient. */
  thresholds: { resets: AlarmThreshold; refusals: AlarmThreshold; sends: AlarmThreshold };
};

export const standardAlarms: AlarmSettings = {
  email: [],
  thresholds: { resets: { each: 8, all: 40 }, refusals: { each: 50, all: 500 }, sends: { each: 20, all: 1000 } },
};

type Variables = {
  ALARM_EMAIL: string;
  ALARM_RESETS?: string | undefined;
  ALARM_REFUSALS?: string | undefined;
  ALARM_SENDS?: string | undefined;
};

/**
 * Reads the settings: `ALARM_EMAIL` (addresses, separated by commas), and `ALARM_RESETS`, `ALARM_REFUSALS`,
 * `ALARM_SENDS` as `EACH/ALL`, both 1 or more.
 * @param faults receives every error, one line each
 */
export function alarmsOf(variables: Variables, faults: string[]): AlarmSettings {
  const email = addressesIn('ALARM_EMAIL', variables.ALARM_EMAIL, faults);
  const threshold = (
    name: 'ALARM_RESETS' | 'ALARM_REFUSALS' | 'ALARM_SENDS',
    standard: AlarmThreshold,
  ): AlarmThreshold => {
    const value = variables[name];
    if (value === undefined) return standard;
    const [, each, all] = /^([1-9]\d{0,6})\/([1-9]\d{0,6})$/.exec(value) ?? [];
    if (each !== undefined && all !== undefined) return { each: Number(each), all: Number(all) };
    faults.push(
      `${name} is not two whole numbers with a slash between (${standard.each}/${standard.all}): for each one, and for all together`,
    );
    return standard;
  };
  const { resets, refusals, sends } = standardAlarms.thresholds;
  return {
    email,
    thresholds: {
      resets: threshold('ALARM_RESETS', resets),
      refusals: threshold('ALARM_REFUSALS', refusals),
      sends: threshold('ALARM_SENDS', sends),
    },
  };
}
