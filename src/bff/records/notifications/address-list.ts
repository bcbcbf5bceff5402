/** Addresses are separated by commas. Adds an error to `faults`. */
export function addressesIn(name: string, text: string, faults: string[]): string[] {
  const addresses = text
    .split(',')
    .map((address) => address.trim())
    .filter(Boolean);
  if (!addresses.every((address) => /^[^\s@<>]+@[^\s@<>]+$/.test(address)))
    faults.push(`${name} has something that is not an email address`);
  return addresses;
}
