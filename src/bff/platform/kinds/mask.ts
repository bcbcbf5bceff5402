/** Masks a phone number except its last four digits: `•••• 0123`. */
export function maskPhone(phoneNumber: string): string {
  const digits = phoneNumber.replace(/\D/g, '');
  return `•••• ${digits.slice(-4)}`;
}

/** `ada@example.com` → `a•••@example.com`. The owner can still recognise the address. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 1 ? '•••' : `${address.slice(0, 1)}•••${address.slice(at)}`;
}
