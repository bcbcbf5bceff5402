/** A phone number of which only the last four digits can be read: `•••• 0123`. */
export function maskPhone(phoneNumber: string): string {
  const digits = phoneNumber.replace(/\D/g, '');
  return `•••• ${digits.slice(-4)}`;
}

/** `ada@example.com` → `a•••@example.com`: enough to know one's own address by. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 1 ? '•••' : `${address.slice(0, 1)}•••${address.slice(at)}`;
}
