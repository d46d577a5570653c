CREATE TABLE tokens (
    hash BLOB PRIMARY KEY NOT NULL,
    workspace_key INTEGER NOT NULL REFERENCES workspaces (key),
    prefix TEXT NOT NULL,                           -- its first characters, to tell one from another
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE workspaces (
    key INTEGER PRIMARY KEY,
    id BLOB UNIQUE CHECK (length(id) = 16),         -- NULL until the first node claims it
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

