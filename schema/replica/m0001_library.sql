-- A replica: one workspace's library on one node.
--
-- The first part are the synced tables. Their rows travel; every write to them, from wherever it
-- comes, is captured by triggers that Offbook generates from these very definitions when a
-- migration has run (see `CaptureSchema`). Ids are 16 bytes (UUIDv7, or derived from a natural
-- key), those of versions the 32 bytes of a SHA-256. There is no UNIQUE but the id and no foreign
-- key: rows arrive in any order, and uniqueness cannot be promised offline. Every column has a
-- default, so that an older node's row can be taken. Times are Unix milliseconds.

CREATE TABLE workspaces (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    name TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE users (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    name TEXT NOT NULL DEFAULT '',
    email TEXT,
    created_at INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The id of a node is its replica id. By its public key others check what it signed.
CREATE TABLE nodes (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    name TEXT NOT NULL DEFAULT '',
    user_id BLOB,
    public_key BLOB
) STRICT;

CREATE TABLE projects (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    name TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL DEFAULT 'active',
    created_at INTEGER NOT NULL DEFAULT 0,
    created_by BLOB
) STRICT;

CREATE TABLE prompts (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    name TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    category TEXT,
    status TEXT NOT NULL DEFAULT 'active',
    visibility TEXT NOT NULL DEFAULT 'workspace',
    is_template INTEGER NOT NULL DEFAULT 0,
    template_format TEXT NOT NULL DEFAULT '',       -- none, mustache, fstring, dollar; '' for a guess
    project_id BLOB,
    archived_at INTEGER,
    created_at INTEGER NOT NULL DEFAULT 0,
    created_by BLOB
) STRICT;

CREATE INDEX prompts_by_name ON prompts (name);

-- One immutable, content-addressed state of a prompt's text and settings.
CREATE TABLE versions (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 32),
    prompt_id BLOB NOT NULL DEFAULT x'',
    parents BLOB NOT NULL DEFAULT x'',              -- ids of 32 bytes each, ascending
    generation INTEGER NOT NULL DEFAULT 1,          -- 1 + the parents' greatest: the n of "v7"
    kind TEXT NOT NULL DEFAULT 'edit',              -- edit | merge | rollback
    message TEXT NOT NULL DEFAULT '',
    author_id BLOB,
    node_id BLOB,
    created_at INTEGER NOT NULL DEFAULT 0,
    settings TEXT NOT NULL DEFAULT '{}',            -- JSON, keys ascending
    variables TEXT NOT NULL DEFAULT '[]',           -- JSON
    type TEXT NOT NULL DEFAULT 'text',              -- text, or chat: messages, each below its role
    -- Last, as a history reads all the others and need not page through it.
    body TEXT NOT NULL DEFAULT '' CHECK (length(CAST(body AS BLOB)) <= 1048576)
) STRICT;
CREATE INDEX versions_of_prompt ON versions (prompt_id);

-- A version that a branch points at.
CREATE TABLE tips (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    prompt_id BLOB NOT NULL DEFAULT x'',
    branch TEXT NOT NULL DEFAULT 'main',
    version_id BLOB NOT NULL DEFAULT x''
) STRICT;
CREATE INDEX tips_of_prompt ON tips (prompt_id);

CREATE TABLE tags (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    prompt_id BLOB NOT NULL DEFAULT x'',
    tag TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX tags_of_prompt ON tags (prompt_id);

CREATE TABLE metadata (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    prompt_id BLOB NOT NULL DEFAULT x'',
    key TEXT NOT NULL DEFAULT '',
    value TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX metadata_of_prompt ON metadata (prompt_id);

-- A movable pointer for deployment, such as production.
CREATE TABLE labels (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    prompt_id BLOB NOT NULL DEFAULT x'',
    label TEXT NOT NULL DEFAULT '',
    version_id BLOB NOT NULL DEFAULT x''
) STRICT;
CREATE INDEX labels_of_prompt ON labels (prompt_id);

CREATE TABLE favourites (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    user_id BLOB NOT NULL DEFAULT x'',
    prompt_id BLOB NOT NULL DEFAULT x'',
    created_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX favourites_of_prompt ON favourites (prompt_id);

CREATE TABLE groups (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    name TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL DEFAULT 0,
    created_by BLOB,
    visibility TEXT NOT NULL DEFAULT 'workspace'    -- workspace | private
) STRICT;

-- A prompt's place in a group. Entries are ordered by (rank, id), rank a fractional index.
CREATE TABLE group_entries (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    group_id BLOB NOT NULL DEFAULT x'',
    prompt_id BLOB NOT NULL DEFAULT x'',
    rank TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX entries_of_group ON group_entries (group_id);
CREATE INDEX entries_of_prompt ON group_entries (prompt_id);

-- What somebody prefers, or a workspace for everybody in it: the owner is a user or a workspace.
CREATE TABLE preferences (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    owner_id BLOB NOT NULL DEFAULT x'',
    key TEXT NOT NULL DEFAULT '',
    value TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX preferences_of_owner ON preferences (owner_id);

-- Append-only: what was done with a prompt.
CREATE TABLE usage_events (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    prompt_id BLOB NOT NULL DEFAULT x'',
    version_id BLOB,
    user_id BLOB,
    node_id BLOB,
    kind TEXT NOT NULL DEFAULT '',
    occurred_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX usage_of_prompt ON usage_events (prompt_id);

-- Append-only: the conflict journal. A value that a merge overwrote although the winner's writer
-- had not seen it. Every column is a function of (row, column, the loser's dot, the value).
CREATE TABLE conflicts (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    table_name TEXT NOT NULL DEFAULT '',
    row_id BLOB NOT NULL DEFAULT x'',
    column_name TEXT NOT NULL DEFAULT '',           -- '' for a delete that an edit overruled
    hlc INTEGER NOT NULL DEFAULT 0,
    replica BLOB NOT NULL DEFAULT x'',
    seq INTEGER NOT NULL DEFAULT 0,
    value ANY
) STRICT;
CREATE INDEX conflicts_of_row ON conflicts (row_id);

-- Append-only: prompts that were erased for good, everywhere. None of them can come back.
CREATE TABLE purges (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    prompt_id BLOB NOT NULL DEFAULT x'',
    reason TEXT NOT NULL DEFAULT '',
    user_id BLOB,
    node_id BLOB,
    purged_at INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The rest is this node's own bookkeeping and never travels.

CREATE TABLE replica (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    workspace_id BLOB NOT NULL,
    replica_id BLOB NOT NULL,
    node_name TEXT NOT NULL,
    user_id BLOB NOT NULL,
    epoch BLOB NOT NULL,                            -- of the order in which this node publishes
    home TEXT NOT NULL DEFAULT '',                  -- the machine and file it lives in; '' before the first write
    last_seq INTEGER NOT NULL DEFAULT 0,            -- or the newest seal's, where that is later; so last_hlc
    last_hlc INTEGER NOT NULL DEFAULT 0,
    last_position INTEGER NOT NULL DEFAULT 0,
    clock_offset INTEGER NOT NULL DEFAULT 0,         -- what to add to this machine's clock, in ms
    retired_into BLOB,                              -- the workspace that took this library over
    -- What was purged may be left in the file's free space: 1, or only in the log: 2.
    wipe_due INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Sealed transactions: (replica, seq) is the dot. Kept from the last acknowledged one on.
CREATE TABLE seals (
    seq INTEGER PRIMARY KEY,
    hlc INTEGER NOT NULL,
    nonce BLOB NOT NULL,
    last_change INTEGER,                            -- its last entry in change_log; NULL once folded
    imported INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What the triggers append to: never a rowid, and folded into row_clocks before a merge or push.
CREATE TABLE change_log (
    n INTEGER PRIMARY KEY,
    tbl INTEGER NOT NULL,
    id BLOB NOT NULL,
    mask INTEGER NOT NULL,
    op INTEGER NOT NULL                             -- 1 insert, 2 update, 3 delete
) STRICT;

-- The packed clock of every row, alive or not (`sync-protocol/model.md`).
CREATE TABLE row_clocks (
    tbl INTEGER NOT NULL,
    id BLOB NOT NULL,
    clock BLOB NOT NULL,
    position INTEGER NOT NULL,                      -- in the order in which this node publishes
    dirty INTEGER NOT NULL,                         -- 1: differs from what the server last had of us
    hash INTEGER,                                   -- of the state that was last published: see `digest`
    audience INTEGER,                               -- on a server: who may read it, by its number in `audiences`
    PRIMARY KEY (tbl, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX row_clocks_by_position ON row_clocks (position);
CREATE INDEX row_clocks_dirty ON row_clocks (position) WHERE dirty = 1;

-- What only a newer Offbook knows is kept as it came, travels on, and moves into its own tables and
-- columns when a migration has made them. Stamps are in row_clocks, after those of the known columns.
CREATE TABLE kept_tables (
    number INTEGER PRIMARY KEY CHECK (number < 0),  -- the tbl of its rows
    name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE kept_columns (
    tbl INTEGER NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    rule INTEGER NOT NULL,                          -- `Rule` of sync-protocol/offbook.proto
    value ANY,
    PRIMARY KEY (tbl, id, name)
) STRICT;

-- Interned replica ids: packed clocks name a replica by its number.
CREATE TABLE replicas (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE
) STRICT;

-- As a client: what we know of our server.
CREATE TABLE remote (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    epoch BLOB NOT NULL,
    position INTEGER NOT NULL,
    acked_seq INTEGER NOT NULL,
    acked_nonce BLOB NOT NULL,
    is_compared INTEGER NOT NULL,                   -- 0: in a new epoch, and yet to be compared with the server
    bootstrapping INTEGER NOT NULL DEFAULT 0,       -- 1: pulling from 0, as what was collected is not known any more
    -- What its user may read, as the server last said; what is staged came under it. Empty for everything.
    view BLOB NOT NULL DEFAULT x'',
    held BLOB NOT NULL DEFAULT x''                  -- the one under which the last pull was completed
) STRICT;
-- Of all rows of which there is a hash in row_clocks: how many, and the sum of the hashes modulo 2^64.
-- On a client, of what its server last published; on a server, of what it publishes itself.
CREATE TABLE digest (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    rows INTEGER NOT NULL DEFAULT 0,
    sum INTEGER NOT NULL DEFAULT 0,
    position INTEGER NOT NULL DEFAULT 0,            -- on a server: later rows have yet to be hashed
    scrubbed_at INTEGER NOT NULL DEFAULT 0,
    scrub_tbl INTEGER NOT NULL DEFAULT 0,           -- the scrub goes on after this row
    scrub_id BLOB NOT NULL DEFAULT x''
) STRICT;
INSERT INTO digest (only) VALUES (1);
-- Rows that are not any more what was published, though nobody edited them. They are not published,
-- and the other side's state replaces them.
CREATE TABLE damaged_rows (
    tbl INTEGER NOT NULL,
    id BLOB NOT NULL,
    hash INTEGER,                                   -- on a server: of the state that was published
    PRIMARY KEY (tbl, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE staged_pages (
    n INTEGER PRIMARY KEY,
    epoch BLOB NOT NULL,
    next_position INTEGER NOT NULL,
    page BLOB NOT NULL,
    collected BLOB NOT NULL DEFAULT x'',            -- the rows that were collected meanwhile
    departed BLOB NOT NULL DEFAULT x'',             -- those that left what the user may read
    staged_at INTEGER NOT NULL DEFAULT 0
) STRICT;

-- As a server: what we know of each client.
CREATE TABLE peers (
    replica_id BLOB PRIMARY KEY NOT NULL,
    node_name TEXT NOT NULL,
    seq INTEGER NOT NULL,
    nonce BLOB NOT NULL,
    seen_at INTEGER NOT NULL,                       -- 0 for a former id of this replica
    position INTEGER NOT NULL DEFAULT 0             -- applied there by a pull before its last push
) STRICT;
CREATE TABLE staged_parts (
    replica_id BLOB NOT NULL,
    push_id BLOB NOT NULL,
    part INTEGER NOT NULL,
    page BLOB NOT NULL,
    PRIMARY KEY (replica_id, push_id, part)
) STRICT;

-- Collection (`sync-protocol/model.md`): rows that are gone for good, for as long as somebody has yet to
-- hear of it, and the floor, at or below which an absent row is one that was deleted.
CREATE TABLE collected (
    tbl INTEGER NOT NULL,
    id BLOB NOT NULL,
    position INTEGER NOT NULL,
    audience INTEGER,
    PRIMARY KEY (tbl, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX collected_by_position ON collected (position);
CREATE TABLE floor (
    replica_id BLOB PRIMARY KEY NOT NULL,
    seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Who has applied less than this has to pull from 0.
CREATE TABLE collection (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    through INTEGER NOT NULL
) STRICT;
INSERT INTO collection (only, through) VALUES (1, 0);

-- As a server: who may read what (`sync-protocol/model.md`). A row has one audience, a set of scopes; of
-- the rows of each there is a digest.
CREATE TABLE audiences (
    number INTEGER PRIMARY KEY,
    scopes BLOB NOT NULL UNIQUE,
    rows INTEGER NOT NULL DEFAULT 0,
    sum INTEGER NOT NULL DEFAULT 0
) STRICT;
-- Who could read a row, and can't any more.
CREATE TABLE departures (
    tbl INTEGER NOT NULL,
    id BLOB NOT NULL,
    audience INTEGER NOT NULL,                      -- the former one
    position INTEGER NOT NULL,
    PRIMARY KEY (tbl, id, audience)
) STRICT, WITHOUT ROWID;
CREATE INDEX departures_by_position ON departures (position);
-- Which prompt each living entry of a living group was last known to put into which group: whose
-- audience changes with an entry or a group, before and after.
CREATE TABLE memberships (
    entry BLOB PRIMARY KEY NOT NULL,
    group_id BLOB NOT NULL,
    prompt_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_of_group ON memberships (group_id);
-- Rows whose audience is that of a row that is not here.
CREATE TABLE rootless (
    root_tbl INTEGER NOT NULL,
    root_id BLOB NOT NULL,
    tbl INTEGER NOT NULL,
    id BLOB NOT NULL,
    PRIMARY KEY (root_tbl, root_id, tbl, id)
) STRICT, WITHOUT ROWID;
-- Transactions of rows that were refused and have not been taken since: the floor says nothing of them, though
-- their pusher has been told that they arrived.
CREATE TABLE refused (
    tbl INTEGER NOT NULL,
    id BLOB NOT NULL,
    replica_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    after_seq INTEGER NOT NULL,                     -- up to here they had been taken, or collected
    PRIMARY KEY (tbl, id, replica_id, seq)
) STRICT, WITHOUT ROWID;
-- Rows that somebody pushed for another: who pushes answers for it.
CREATE TABLE carried (
    n INTEGER PRIMARY KEY,
    tbl INTEGER NOT NULL,
    id BLOB NOT NULL,
    author_replica BLOB,                            -- whose edits came
    author_user BLOB,                               -- whom the row names as its author
    account TEXT NOT NULL,                          -- who pushed
    replica BLOB NOT NULL,
    carried_at INTEGER NOT NULL
) STRICT;
CREATE INDEX carried_of_row ON carried (id);

-- The ids of what was purged: of the prompts, and of those rows of theirs that were ever met here.
CREATE TABLE purged (
    id BLOB PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;
-- As a server: what its clock showed when it last merged, and for how long the machine, since the start
-- that is named here, had been running then.
CREATE TABLE server_clock (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    wall INTEGER NOT NULL,                          -- Unix milliseconds
    boot TEXT NOT NULL,                             -- '' where the machine does not tell
    uptime INTEGER NOT NULL                         -- milliseconds
) STRICT;

-- What we know of shared folders (`sync-protocol/folder.md`): each file of one that was joined or
-- written here, and the positions of rows that it holds in just the state they have here.
CREATE TABLE folder_files (
    n INTEGER PRIMARY KEY,
    checksum BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    writer BLOB NOT NULL,
    since INTEGER NOT NULL,
    next INTEGER NOT NULL,
    stale INTEGER NOT NULL DEFAULT 0                -- 1: may hold what has been purged since
) STRICT;
CREATE INDEX folder_files_of_writer ON folder_files (writer, next);
CREATE TABLE folder_positions (
    file INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL
) STRICT;
CREATE INDEX folder_positions_of_file ON folder_positions (file, first);

-- Row states that are set aside, and kept until somebody accepts or drops them: what the server
-- refused, and what came in a file from a clock that is far ahead.
CREATE TABLE orphans (
    n INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,                             -- refused, or parked
    table_name TEXT NOT NULL,
    row_id BLOB NOT NULL,
    reason TEXT NOT NULL,
    orphaned_at INTEGER NOT NULL,
    page BLOB NOT NULL                              -- the row state, a changeset page
) STRICT;
CREATE INDEX orphans_of_row ON orphans (row_id);

-- The search index: a document a prompt, its text segmented so that scripts without spaces can be
-- found by parts of words. Derived, and brought up to date before a search from all rows published
-- after `position`; there is nothing to capture, and nothing that could be forgotten.
CREATE TABLE search_state (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    position INTEGER NOT NULL
) STRICT;
INSERT INTO search_state (only, position) VALUES (1, 0);
CREATE TABLE search_documents (
    n INTEGER PRIMARY KEY,
    prompt_id BLOB NOT NULL UNIQUE
) STRICT;
CREATE VIRTUAL TABLE search_index USING fts5 (
    name, description, tags, body,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co So'", prefix = '2 3'
);

-- Prompts that may have a branch of several tips, among all published up to `position`: who counts a
-- library's divergences need not look at every tip. Derived.
CREATE TABLE crowding_state (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    position INTEGER NOT NULL
) STRICT;
INSERT INTO crowding_state (only, position) VALUES (1, 0);
CREATE TABLE crowded_prompts (prompt_id BLOB PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID;
