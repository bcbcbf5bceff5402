/** What an address says: `:factorId` and the like. */
export type Params = Readonly<Record<string, string>>;

export type PageProps = { params: Params };
