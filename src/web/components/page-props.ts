export type Params = Readonly<Record<string, string>>;

export type PageProps = { params: Params };
