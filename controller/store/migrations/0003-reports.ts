/**
 * Fault reports: what a list shows stands beside the document, so that a list reads no documents. `standing` keeps what each host's last
 * diagnosis by itself found, so that a lasting fault is told once, also over a restart.
 */
export const reports = `
CREATE TABLE reports (
  id TEXT PRIMARY KEY,
  at_unix_ms INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  summary TEXT NOT NULL,
  document TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX reports_by_time ON reports (at_unix_ms);
CREATE TABLE standing (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
`
