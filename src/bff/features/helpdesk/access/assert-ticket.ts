import { ApiError } from '#contract/errors.ts';

/** Returns the ticket. Throws `ticket_required` if it is missing, or does not match the pattern as a whole. */
export function assertTicket(ticket: string | undefined, pattern: string | null): string {
  if (ticket === undefined || (pattern !== null && !new RegExp(`^(?:${pattern})$`, 'u').test(ticket))) {
    throw new ApiError('ticket_required');
  }
  return ticket;
}
