/** A phone number of which only the last four digits can be read: `•••• 0123`. */
export function maskPhone(phoneNumber: string): string {
  const digits = phoneNumber.replace(/\D/g, '');
  return `•••• ${digits.slice(-4)}`;
}
