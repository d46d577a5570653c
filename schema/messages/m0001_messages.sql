-- The server's log of messages: what people have sent to language models and what came back, sealed by a key that
-- lies in a file of its own. What is in clear is what it takes to find, to page and to erase. Times are Unix
-- milliseconds.

CREATE TABLE messages (
    n INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),    -- a UUIDv7 of created_at: the order of ids is that of time
    user_id BLOB NOT NULL CHECK (length(user_id) IN (16, 32)),
    workspace_id BLOB NOT NULL CHECK (length(workspace_id) IN (16, 32)),
    created_at INTEGER NOT NULL,
    sealed BLOB NOT NULL                                -- AES-256-GCM: nonce, JSON, tag; bound to the columns above
) STRICT;
CREATE INDEX messages_of_user ON messages (user_id, id);
CREATE INDEX messages_by_time ON messages (created_at);

-- Of whom nothing is logged.
CREATE TABLE opt_outs (
    user_id BLOB PRIMARY KEY NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Something known, sealed by the key of the messages: tells another key before anything is sealed by that.
CREATE TABLE key_check (
    n INTEGER PRIMARY KEY CHECK (n = 1),
    sealed BLOB NOT NULL
) STRICT;
