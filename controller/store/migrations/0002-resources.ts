/** Documents of the kinds Host, HostGroup and TuningProfile, under `KIND/NAME`. */
export const resources = `
CREATE TABLE resources (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
`
