-- The server's ledger: what accounts may spend, and what workspaces have spent. In a file of its own, as it is
-- written with every completion: whoever watches the directory for changes of access would never come to rest.
-- Times are Unix milliseconds, costs nano-dollars.

-- Who is not here may do as the server's operator has decided: anything, or nothing.
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

-- Append-only. The amounts of an account's entries add up to its balance.
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
CREATE INDEX entries_of_charge ON entries (charge);
CREATE INDEX entries_of_account ON entries (account_id, n);

CREATE TRIGGER entries_are_not_changed BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
CREATE TRIGGER entries_are_not_cut BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;

-- What is reserved, and neither settled nor refunded yet.
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

-- What a workspace has spent in a month, and what its open reservations may come to.
CREATE TABLE spending (
    workspace_key INTEGER NOT NULL,
    month INTEGER NOT NULL,
    cost INTEGER NOT NULL DEFAULT 0,
    tokens INTEGER NOT NULL DEFAULT 0,
    held_cost INTEGER NOT NULL DEFAULT 0,
    held_tokens INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace_key, month)
) STRICT, WITHOUT ROWID;
