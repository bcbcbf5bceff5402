export type Missing = 'selected' | 'reason' | 'ticket' | 'caller' | 'note' | 'note_code';

/** Ids of the elements where the agent fills in what is missing. */
export const places: Record<Missing | 'nothing', string> = {
  selected: 'choose',
  reason: 'why-reason',
  ticket: 'why-ticket',
  caller: 'verify',
  note: 'why-note',
  note_code: 'why-note',
  nothing: 'confirm',
};
