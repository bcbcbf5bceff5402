/** Messages in 24 hours. `person` counts pushes and emails too. `country` and `org` count text messages and calls. */
export type MessageLimits = { person: number; country: number; org: number };

const standardMessageLimits: MessageLimits = { person: 20, country: 1000, org: 3000 };

/** At least this many people must use up their own limits before a country's limit is used up. */
const PEOPLE = 10;

/** Reads `MESSAGE_LIMITS` (`PERSON/COUNTRY/ORG`). Adds each error to `faults`. */
export function readMessageLimits(value: string | undefined, faults: string[]): MessageLimits {
  if (value === undefined) return standardMessageLimits;
  const [person = 0, country = 0, org = 0] = (/^([1-9]\d{0,6})\/([1-9]\d{0,6})\/([1-9]\d{0,6})$/.exec(value) ?? [])
    .slice(1)
    .map(Number);
  if (person === 0) {
    faults.push(
      'MESSAGE_LIMITS is not three whole numbers with slashes between (20/1000/3000): to one person, to one country, and of the whole org',
    );
  } else if (country < PEOPLE * person || org < country) {
    faults.push(
      `MESSAGE_LIMITS lets few people use up what is everybody’s: a country’s is ${PEOPLE} times a person’s or more, and the org’s no less than a country’s`,
    );
  }
  return { person, country, org };
}
