import { ApiError } from '#contract/errors.ts';

/** Throws `ticket_required` if the ticket is missing or does not match the whole pattern. */
export function assertTicket(ticket: string | undefined, pattern: string | null): string {
  if (ticket === undefined || (pattern !== null && !new RegExp(`^(?:${pattern})$`, 'u').test(ticket))) {
    throw new ApiError('ticket_required');
  }
  return ticket;
}
