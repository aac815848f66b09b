/**
 * Alerts that are pending or fire, those that are over, what each receiver was told, notices on their way and as they ended, silences, and the
 * time up to which alerts were looked at. The row ids keep notices and ended alerts in their order.
 */
export const alerts = `
CREATE TABLE alerts (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE resolved_alerts (number INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT;
CREATE TABLE notice_groups (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE notices (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX notices_by_state ON notices (state, number);
CREATE TABLE silences (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE alerts_looked (one INTEGER PRIMARY KEY CHECK (one = 1), at_unix_ms INTEGER NOT NULL) STRICT;
`
