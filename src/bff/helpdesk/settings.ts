/** A helpdesk as it is configured. Groups are ids: a name can be imported by anyone. */
export type HelpdeskSettings = {
  agentsGroupId: string;
  adminsGroupId: string;
  /** Whom the members of each agents' group may help: agents' group → people's groups. */
  scope: ReadonlyMap<string, readonly string[]>;
  privilegedGroupIds: readonly string[];
  /** What an agent's own proof before a reset asks of the org. */
  acr: string;
  /** What a ticket's number looks like, or null when any text will do. */
  ticketPattern: string | null;
};
