/** The layout below; a database of a later one was made by a later Backlot. */
export const LAYOUT = 1

/** Times are ms since 1970; what belongs together as one thing is JSON, and sealed where it holds cases. Both databases read this. */
export const tables = `
  CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    author TEXT NOT NULL,
    hash TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT,
    revoked BIGINT
  );
  CREATE TABLE authors (
    name TEXT PRIMARY KEY,
    served BIGINT NOT NULL
  );
  CREATE TABLE submissions (
    number BIGINT PRIMARY KEY,
    ticket TEXT NOT NULL UNIQUE,
    author TEXT NOT NULL,
    source TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL,
    question BIGINT,
    attempts BIGINT NOT NULL,
    created BIGINT NOT NULL,
    begun BIGINT,
    finished BIGINT,
    answer TEXT,
    problem TEXT
  );
  CREATE INDEX submissionsByState ON submissions (state, number);
  CREATE INDEX submissionsByAuthor ON submissions (author, created);
  CREATE TABLE scores (
    ticket TEXT PRIMARY KEY REFERENCES submissions (ticket),
    score TEXT NOT NULL,
    figures TEXT NOT NULL,
    decision TEXT
  );
  CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    csrf TEXT NOT NULL,
    expires BIGINT NOT NULL
  );
  CREATE TABLE ledger (number BIGINT PRIMARY KEY, body TEXT NOT NULL, hash TEXT NOT NULL);
  CREATE TABLE audit (number BIGINT PRIMARY KEY, body TEXT NOT NULL, hash TEXT NOT NULL);
`

/** Tables that are only added to. Whoever goes around the database shows in the hashes. */
export const appendOnly = ['ledger', 'audit'] as const
