CREATE TABLE accounts (
    account_id BLOB PRIMARY KEY NOT NULL CHECK (length(account_id) = 16),
    plan TEXT NOT NULL CHECK (plan IN ('none', 'fixed', 'daily')),
    balance INTEGER NOT NULL,
    daily_allowance INTEGER NOT NULL DEFAULT 0,
    reset_hour INTEGER NOT NULL DEFAULT 0 CHECK (reset_hour BETWEEN 0 AND 23),  -- UTC
    reset_at INTEGER NOT NULL DEFAULT 0,            -- the last hour of reset that was heeded
    styles TEXT,                                    -- a JSON list of those allowed; NULL for all
    levels TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE entries (
    n INTEGER PRIMARY KEY,
    charge TEXT NOT NULL,                           -- whatever has one of these is charged once
    account_id BLOB NOT NULL,
    workspace_key INTEGER,
    kind TEXT NOT NULL CHECK (kind IN ('reserve', 'settle', 'refund', 'grant', 'reset')),
    amount INTEGER NOT NULL,
    balance INTEGER NOT NULL,                       -- after it
    at INTEGER NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX entries_of_account ON entries (account_id, n);

CREATE INDEX entries_of_charge ON entries (charge);

CREATE TRIGGER entries_are_not_changed BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;

CREATE TRIGGER entries_are_not_cut BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;

CREATE TABLE reservations (
    charge TEXT PRIMARY KEY NOT NULL,
    account_id BLOB NOT NULL,
    workspace_key INTEGER NOT NULL,
    credits INTEGER NOT NULL,
    month INTEGER NOT NULL,                         -- as 202611, UTC
    cost INTEGER NOT NULL,                          -- what it may come to
    tokens INTEGER NOT NULL,
    is_job INTEGER NOT NULL,                        -- 1: outlives the server, and is settled when the job is run again
    is_metered INTEGER NOT NULL,
    reserved_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE spending (
    workspace_key INTEGER NOT NULL,
    month INTEGER NOT NULL,
    cost INTEGER NOT NULL DEFAULT 0,
    tokens INTEGER NOT NULL DEFAULT 0,
    held_cost INTEGER NOT NULL DEFAULT 0,
    held_tokens INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace_key, month)
) STRICT, WITHOUT ROWID;

