/** The mass-failure brake, which a restart must not release: one row while it has anything to say. */
export const brake = `
CREATE TABLE brake (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL) STRICT;
`
