CREATE TABLE accounts (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    kind TEXT NOT NULL CHECK (kind IN ('person', 'service')),
    email TEXT,                                     -- as it was given
    email_key TEXT UNIQUE,                          -- by which it is found; NULL for services and who has gone
    username TEXT,
    username_key TEXT UNIQUE,
    name TEXT NOT NULL DEFAULT '',
    avatar_url TEXT NOT NULL DEFAULT '',
    user_type TEXT NOT NULL DEFAULT '',
    about_me TEXT NOT NULL DEFAULT '',
    hobbies TEXT NOT NULL DEFAULT '',
    password TEXT,                                  -- scrypt, in PHC string format; NULL: can't sign in
    password_is_once INTEGER NOT NULL DEFAULT 0,    -- a new one must be given with the first sign-in
    is_operator INTEGER NOT NULL DEFAULT 0,         -- runs the server
    is_active INTEGER NOT NULL DEFAULT 1,
    is_verified INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE api_keys (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    hash BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    workspace_key INTEGER REFERENCES workspaces (key),  -- NULL: all workspaces of the account
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,                           -- its first characters, to tell one from another
    permissions TEXT NOT NULL,                      -- words out of: read write admin
    is_device INTEGER NOT NULL,                     -- made by a sign-in on a machine, and ends as a session does
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    used_at INTEGER,
    ended_at INTEGER
) STRICT;

CREATE INDEX api_keys_by_account ON api_keys (account_id);

CREATE TABLE archived_accounts (
    account_id BLOB PRIMARY KEY NOT NULL REFERENCES accounts (id),
    email TEXT NOT NULL,
    username TEXT NOT NULL,
    name TEXT NOT NULL,
    reason TEXT NOT NULL,
    archived_at INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    account_id BLOB,                                -- who did it
    key_id BLOB,                                    -- with which API key
    address TEXT NOT NULL,                          -- from where; empty for this machine
    workspace_key INTEGER,
    subject TEXT NOT NULL,                          -- whom or what it was done to
    detail TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;

CREATE TRIGGER audit_is_not_cut BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;

CREATE TABLE codes (
    key INTEGER PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('verify', 'reset', 'email')),
    code BLOB NOT NULL,                             -- hashed by the server's key, as six digits are soon tried
    target TEXT NOT NULL,                           -- the address it was mailed to
    tries_left INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;

CREATE INDEX codes_of_account ON codes (account_id, purpose, created_at);

CREATE TABLE failures (
    subject TEXT PRIMARY KEY NOT NULL,
    count INTEGER NOT NULL,
    since INTEGER NOT NULL,
    locked_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE group_shares (
    key INTEGER PRIMARY KEY,
    workspace_key INTEGER NOT NULL REFERENCES workspaces (key),
    group_id BLOB NOT NULL CHECK (length(group_id) = 16),
    account_id BLOB REFERENCES accounts (id),       -- NULL: every member of the workspace
    level TEXT NOT NULL CHECK (level IN ('read', 'edit'))
) STRICT;

CREATE UNIQUE INDEX group_shares_once ON group_shares (workspace_key, group_id, ifnull(account_id, x''));

CREATE TABLE idempotent_answers (
    account_id BLOB NOT NULL REFERENCES accounts (id),
    key TEXT NOT NULL,
    request BLOB NOT NULL,                          -- SHA-256 of the request
    status INTEGER,
    headers TEXT NOT NULL DEFAULT '{}',             -- JSON
    body BLOB NOT NULL DEFAULT x'',
    begun_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotent_answers_by_time ON idempotent_answers (begun_at);

CREATE TABLE identities (
    workspace_key INTEGER NOT NULL REFERENCES workspaces (key),
    user_id BLOB NOT NULL CHECK (length(user_id) = 16),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    bound_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_key, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX identities_by_account ON identities (account_id, workspace_key);

CREATE TABLE invitations (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    workspace_key INTEGER NOT NULL REFERENCES workspaces (key),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    code BLOB NOT NULL UNIQUE,                      -- hashed
    was_mailed INTEGER NOT NULL,                    -- then who knows the code reads mail at that address
    invited_by BLOB NOT NULL REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER                                -- accepted or withdrawn
) STRICT;

CREATE TABLE members (
    workspace_key INTEGER NOT NULL REFERENCES workspaces (key),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    added_at INTEGER NOT NULL,
    removed_at INTEGER,
    PRIMARY KEY (workspace_key, account_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX members_by_account ON members (account_id);

CREATE TABLE project_members (
    workspace_key INTEGER NOT NULL,
    project_id BLOB NOT NULL,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (workspace_key, project_id, account_id),
    FOREIGN KEY (workspace_key, project_id) REFERENCES restricted_projects ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE refresh_tokens (
    hash BLOB PRIMARY KEY NOT NULL,
    session_id BLOB NOT NULL REFERENCES sessions (id),
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;

CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

CREATE TABLE restricted_projects (
    workspace_key INTEGER NOT NULL REFERENCES workspaces (key),
    project_id BLOB NOT NULL CHECK (length(project_id) = 16),
    PRIMARY KEY (workspace_key, project_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    workspace_key INTEGER REFERENCES workspaces (key),
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    end_reason TEXT
) STRICT;

CREATE INDEX sessions_by_account ON sessions (account_id);

CREATE TABLE workspaces (
    key INTEGER PRIMARY KEY,
    id BLOB UNIQUE CHECK (length(id) = 16),         -- NULL until the first node claims it
    name TEXT NOT NULL,
    created_by BLOB REFERENCES accounts (id),
    created_at INTEGER NOT NULL
) STRICT;

