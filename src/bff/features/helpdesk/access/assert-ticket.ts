import { ApiError } from '#contract/errors.ts';

/** Returns the ticket. Throws `ticket_required` unless the whole ticket matches the pattern. */
export function assertTicket(ticket: string | undefined, pattern: string | null): string {
  if (ticket === undefined || (pattern !== null && !new RegExp(`^(?:${pattern})$`, 'u').test(ticket))) {
    throw new ApiError('ticket_required');
  }
  return ticket;
}
