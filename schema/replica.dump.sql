CREATE TABLE audiences (
    number INTEGER PRIMARY KEY,
    scopes BLOB NOT NULL UNIQUE,
    rows INTEGER NOT NULL DEFAULT 0,
    sum INTEGER NOT NULL DEFAULT 0
) STRICT;

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

CREATE TABLE change_log (
    n INTEGER PRIMARY KEY,
    tbl INTEGER NOT NULL,
    id BLOB NOT NULL,
    mask INTEGER NOT NULL,
    op INTEGER NOT NULL                             -- 1 insert, 2 update, 3 delete
) STRICT;

CREATE TABLE collected (
    tbl INTEGER NOT NULL,
    id BLOB NOT NULL,
    position INTEGER NOT NULL,
    audience INTEGER,
    PRIMARY KEY (tbl, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX collected_by_position ON collected (position);

CREATE TABLE collection (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    through INTEGER NOT NULL
) STRICT;

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

CREATE TRIGGER capture_conflicts_delete BEFORE DELETE ON conflicts BEGIN SELECT RAISE(ABORT, 'rows of conflicts can not be changed or deleted'); END;

CREATE TRIGGER capture_conflicts_guard BEFORE INSERT ON conflicts BEGIN
    SELECT RAISE(ABORT, 'rows of conflicts can not be changed or deleted') WHERE EXISTS (SELECT 1 FROM conflicts WHERE id = NEW.id);
END;

CREATE TRIGGER capture_conflicts_insert AFTER INSERT ON conflicts BEGIN
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE EXISTS (SELECT 1 FROM purged WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM purged WHERE id = NEW.row_id);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (14, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_conflicts_update BEFORE UPDATE ON conflicts BEGIN SELECT RAISE(ABORT, 'rows of conflicts can not be changed or deleted'); END;

CREATE TABLE crowded_prompts (prompt_id BLOB PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE crowding_state (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    position INTEGER NOT NULL
) STRICT;

CREATE TABLE damaged_rows (
    tbl INTEGER NOT NULL,
    id BLOB NOT NULL,
    hash INTEGER,                                   -- on a server: of the state that was published
    PRIMARY KEY (tbl, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE deleted_favourites (id BLOB PRIMARY KEY NOT NULL, user_id, prompt_id, created_at);

CREATE TABLE deleted_group_entries (id BLOB PRIMARY KEY NOT NULL, group_id, prompt_id, rank);

CREATE TABLE deleted_groups (id BLOB PRIMARY KEY NOT NULL, name, description, created_at, created_by, visibility);

CREATE TABLE deleted_jobs (id BLOB PRIMARY KEY NOT NULL, user_id, node_id, prompt_id, version_id, label, request, created_at, runner_id, round, cancelled_round, progress);

CREATE TABLE deleted_labels (id BLOB PRIMARY KEY NOT NULL, prompt_id, label, version_id);

CREATE TABLE deleted_metadata (id BLOB PRIMARY KEY NOT NULL, prompt_id, key, value);

CREATE TABLE deleted_models (id BLOB PRIMARY KEY NOT NULL, provider_id, model, name, capabilities, max_context_length, prices, default_temperature, default_max_tokens, is_active, is_deprecated, created_at);

CREATE TABLE deleted_nodes (id BLOB PRIMARY KEY NOT NULL, name, user_id, public_key);

CREATE TABLE deleted_policies (id BLOB PRIMARY KEY NOT NULL, name, description, kind, rules, threshold, severity, action, is_active, is_enforced, project_id, created_at);

CREATE TABLE deleted_preferences (id BLOB PRIMARY KEY NOT NULL, owner_id, key, value);

CREATE TABLE deleted_projects (id BLOB PRIMARY KEY NOT NULL, name, description, status, created_at, created_by);

CREATE TABLE deleted_prompts (id BLOB PRIMARY KEY NOT NULL, name, description, category, status, visibility, is_template, template_format, project_id, archived_at, created_at, created_by);

CREATE TABLE deleted_providers (id BLOB PRIMARY KEY NOT NULL, name, kind, base_url, config, is_active, is_default, created_at);

CREATE TABLE deleted_shared_answers (id BLOB PRIMARY KEY NOT NULL, prompt_id, model, answer, made_at, lives_until);

CREATE TABLE deleted_styles (id BLOB PRIMARY KEY NOT NULL, name, version_id);

CREATE TABLE deleted_tags (id BLOB PRIMARY KEY NOT NULL, prompt_id, tag);

CREATE TABLE deleted_test_runs (id BLOB PRIMARY KEY NOT NULL, prompt_id, version_id, user_id, node_id, created_at, input, output, error, provider, model, input_tokens, cached_tokens, output_tokens, cost, latency, rating, feedback);

CREATE TABLE deleted_tips (id BLOB PRIMARY KEY NOT NULL, prompt_id, branch, version_id);

CREATE TABLE deleted_users (id BLOB PRIMARY KEY NOT NULL, name, email, created_at);

CREATE TABLE deleted_violations (id BLOB PRIMARY KEY NOT NULL, policy_id, prompt_id, version_id, user_id, node_id, occurred_at, request, side, kind, severity, action, found, findings, confidence, measured, threshold, status, notes, resolved_at, resolved_by);

CREATE TABLE deleted_workspaces (id BLOB PRIMARY KEY NOT NULL, name, created_at, default_model, default_temperature, max_tokens, allowed_models, cost_limit, token_limit, shares_answers);

CREATE TABLE departures (
    tbl INTEGER NOT NULL,
    id BLOB NOT NULL,
    audience INTEGER NOT NULL,                      -- the former one
    position INTEGER NOT NULL,
    PRIMARY KEY (tbl, id, audience)
) STRICT, WITHOUT ROWID;

CREATE INDEX departures_by_position ON departures (position);

CREATE TABLE digest (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    rows INTEGER NOT NULL DEFAULT 0,
    sum INTEGER NOT NULL DEFAULT 0,
    position INTEGER NOT NULL DEFAULT 0,            -- on a server: later rows have yet to be hashed
    scrubbed_at INTEGER NOT NULL DEFAULT 0,
    scrub_tbl INTEGER NOT NULL DEFAULT 0,           -- the scrub goes on after this row
    scrub_id BLOB NOT NULL DEFAULT x''
) STRICT;

CREATE TABLE favourites (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    user_id BLOB NOT NULL DEFAULT x'',
    prompt_id BLOB NOT NULL DEFAULT x'',
    created_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX favourites_of_prompt ON favourites (prompt_id);

CREATE TRIGGER capture_favourites_delete AFTER DELETE ON favourites BEGIN
    INSERT OR REPLACE INTO deleted_favourites (id, user_id, prompt_id, created_at) VALUES (OLD.id, OLD.user_id, OLD.prompt_id, OLD.created_at);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (10, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_favourites_insert AFTER INSERT ON favourites BEGIN
    INSERT INTO change_log (tbl, id, mask, op) VALUES (10, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_favourites_update AFTER UPDATE ON favourites BEGIN
    SELECT RAISE(ABORT, 'id and created_at of favourites can not be changed') WHERE OLD.id IS NOT NEW.id OR OLD.created_at IS NOT NEW.created_at;
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 10, NEW.id, mask, 2 FROM (SELECT ((OLD.user_id IS NOT NEW.user_id)) | ((OLD.prompt_id IS NOT NEW.prompt_id) << 1) | ((OLD.created_at IS NOT NEW.created_at) << 2) AS mask) WHERE mask <> 0;
END;

CREATE TABLE floor (
    replica_id BLOB PRIMARY KEY NOT NULL,
    seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE TABLE group_entries (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    group_id BLOB NOT NULL DEFAULT x'',
    prompt_id BLOB NOT NULL DEFAULT x'',
    rank TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX entries_of_group ON group_entries (group_id);

CREATE INDEX entries_of_prompt ON group_entries (prompt_id);

CREATE TRIGGER capture_group_entries_delete AFTER DELETE ON group_entries BEGIN
    INSERT OR REPLACE INTO deleted_group_entries (id, group_id, prompt_id, rank) VALUES (OLD.id, OLD.group_id, OLD.prompt_id, OLD.rank);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (12, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_group_entries_insert AFTER INSERT ON group_entries BEGIN
    INSERT INTO change_log (tbl, id, mask, op) VALUES (12, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_group_entries_update AFTER UPDATE ON group_entries BEGIN
    SELECT RAISE(ABORT, 'id of group_entries can not be changed') WHERE OLD.id IS NOT NEW.id;
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 12, NEW.id, mask, 2 FROM (SELECT ((OLD.group_id IS NOT NEW.group_id)) | ((OLD.prompt_id IS NOT NEW.prompt_id) << 1) | ((OLD.rank IS NOT NEW.rank) << 2) AS mask) WHERE mask <> 0;
END;

CREATE TABLE groups (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    name TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL DEFAULT 0,
    created_by BLOB,
    visibility TEXT NOT NULL DEFAULT 'workspace'    -- workspace | private
) STRICT;

CREATE TRIGGER capture_groups_delete AFTER DELETE ON groups BEGIN
    INSERT OR REPLACE INTO deleted_groups (id, name, description, created_at, created_by, visibility) VALUES (OLD.id, OLD.name, OLD.description, OLD.created_at, OLD.created_by, OLD.visibility);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (11, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_groups_insert AFTER INSERT ON groups BEGIN
    INSERT INTO change_log (tbl, id, mask, op) VALUES (11, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_groups_update AFTER UPDATE ON groups BEGIN
    SELECT RAISE(ABORT, 'id and created_at and created_by of groups can not be changed') WHERE OLD.id IS NOT NEW.id OR OLD.created_at IS NOT NEW.created_at OR OLD.created_by IS NOT NEW.created_by;
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 11, NEW.id, mask, 2 FROM (SELECT ((OLD.name IS NOT NEW.name)) | ((OLD.description IS NOT NEW.description) << 1) | ((OLD.created_at IS NOT NEW.created_at) << 2) | ((OLD.created_by IS NOT NEW.created_by) << 3) | ((OLD.visibility IS NOT NEW.visibility) << 4) AS mask) WHERE mask <> 0;
END;

CREATE TABLE jobs (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    user_id BLOB NOT NULL DEFAULT x'',
    node_id BLOB,                                   -- where it was queued
    prompt_id BLOB NOT NULL DEFAULT x'',            -- empty where it came from no prompt of the library
    version_id BLOB,
    label TEXT NOT NULL DEFAULT '',
    request TEXT NOT NULL DEFAULT '{}',             -- JSON
    created_at INTEGER NOT NULL DEFAULT 0,
    runner_id BLOB,                                 -- a node; NULL for the server
    round INTEGER NOT NULL DEFAULT 1,               -- which run its user wants
    cancelled_round INTEGER NOT NULL DEFAULT 0,     -- up to which they want none any more
    progress TEXT NOT NULL DEFAULT ''               -- JSON, keys ascending: state, answer, error and what it took
) STRICT;

CREATE INDEX jobs_of_prompt ON jobs (prompt_id);

CREATE INDEX jobs_of_user ON jobs (user_id, created_at, id);

CREATE INDEX jobs_open ON jobs (runner_id, created_at, id, round, cancelled_round, progress)
    WHERE substr(progress, 1, 10) <> '{"answer":';

CREATE TRIGGER capture_jobs_delete AFTER DELETE ON jobs BEGIN
    INSERT OR REPLACE INTO deleted_jobs (id, user_id, node_id, prompt_id, version_id, label, request, created_at, runner_id, round, cancelled_round, progress) VALUES (OLD.id, OLD.user_id, OLD.node_id, OLD.prompt_id, OLD.version_id, OLD.label, OLD.request, OLD.created_at, OLD.runner_id, OLD.round, OLD.cancelled_round, OLD.progress);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (18, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_jobs_insert AFTER INSERT ON jobs BEGIN
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE EXISTS (SELECT 1 FROM purged WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM purged WHERE id = NEW.prompt_id);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (18, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_jobs_update AFTER UPDATE ON jobs BEGIN
    SELECT RAISE(ABORT, 'id and user_id and node_id and prompt_id and version_id and label and request and created_at of jobs can not be changed') WHERE OLD.id IS NOT NEW.id OR OLD.user_id IS NOT NEW.user_id OR OLD.node_id IS NOT NEW.node_id OR OLD.prompt_id IS NOT NEW.prompt_id OR OLD.version_id IS NOT NEW.version_id OR OLD.label IS NOT NEW.label OR OLD.request IS NOT NEW.request OR OLD.created_at IS NOT NEW.created_at;
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE OLD.prompt_id IS NOT NEW.prompt_id AND EXISTS (SELECT 1 FROM purged WHERE id = NEW.prompt_id);
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 18, NEW.id, mask, 2 FROM (SELECT ((OLD.user_id IS NOT NEW.user_id)) | ((OLD.node_id IS NOT NEW.node_id) << 1) | ((OLD.prompt_id IS NOT NEW.prompt_id) << 2) | ((OLD.version_id IS NOT NEW.version_id) << 3) | ((OLD.label IS NOT NEW.label) << 4) | ((OLD.request IS NOT NEW.request) << 5) | ((OLD.created_at IS NOT NEW.created_at) << 6) | ((OLD.runner_id IS NOT NEW.runner_id) << 7) | ((OLD.round IS NOT NEW.round) << 8) | ((OLD.cancelled_round IS NOT NEW.cancelled_round) << 9) | ((OLD.progress IS NOT NEW.progress) << 10) AS mask) WHERE mask <> 0;
END;

CREATE TABLE kept_columns (
    tbl INTEGER NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    rule INTEGER NOT NULL,                          -- `Rule` of sync-protocol/offbook.proto
    value ANY,
    PRIMARY KEY (tbl, id, name)
) STRICT;

CREATE TABLE kept_tables (
    number INTEGER PRIMARY KEY CHECK (number < 0),  -- the tbl of its rows
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE labels (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    prompt_id BLOB NOT NULL DEFAULT x'',
    label TEXT NOT NULL DEFAULT '',
    version_id BLOB NOT NULL DEFAULT x''
) STRICT;

CREATE INDEX labels_of_prompt ON labels (prompt_id);

CREATE TRIGGER capture_labels_delete AFTER DELETE ON labels BEGIN
    INSERT OR REPLACE INTO deleted_labels (id, prompt_id, label, version_id) VALUES (OLD.id, OLD.prompt_id, OLD.label, OLD.version_id);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (15, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_labels_insert AFTER INSERT ON labels BEGIN
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE EXISTS (SELECT 1 FROM purged WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM purged WHERE id = NEW.prompt_id);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (15, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_labels_update AFTER UPDATE ON labels BEGIN
    SELECT RAISE(ABORT, 'id of labels can not be changed') WHERE OLD.id IS NOT NEW.id;
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE OLD.prompt_id IS NOT NEW.prompt_id AND EXISTS (SELECT 1 FROM purged WHERE id = NEW.prompt_id);
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 15, NEW.id, mask, 2 FROM (SELECT ((OLD.prompt_id IS NOT NEW.prompt_id)) | ((OLD.label IS NOT NEW.label) << 1) | ((OLD.version_id IS NOT NEW.version_id) << 2) AS mask) WHERE mask <> 0;
END;

CREATE TABLE memberships (
    entry BLOB PRIMARY KEY NOT NULL,
    group_id BLOB NOT NULL,
    prompt_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX memberships_of_group ON memberships (group_id);

CREATE TABLE metadata (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    prompt_id BLOB NOT NULL DEFAULT x'',
    key TEXT NOT NULL DEFAULT '',
    value TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX metadata_of_prompt ON metadata (prompt_id);

CREATE TRIGGER capture_metadata_delete AFTER DELETE ON metadata BEGIN
    INSERT OR REPLACE INTO deleted_metadata (id, prompt_id, key, value) VALUES (OLD.id, OLD.prompt_id, OLD.key, OLD.value);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (9, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_metadata_insert AFTER INSERT ON metadata BEGIN
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE EXISTS (SELECT 1 FROM purged WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM purged WHERE id = NEW.prompt_id);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (9, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_metadata_update AFTER UPDATE ON metadata BEGIN
    SELECT RAISE(ABORT, 'id of metadata can not be changed') WHERE OLD.id IS NOT NEW.id;
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE OLD.prompt_id IS NOT NEW.prompt_id AND EXISTS (SELECT 1 FROM purged WHERE id = NEW.prompt_id);
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 9, NEW.id, mask, 2 FROM (SELECT ((OLD.prompt_id IS NOT NEW.prompt_id)) | ((OLD.key IS NOT NEW.key) << 1) | ((OLD.value IS NOT NEW.value) << 2) AS mask) WHERE mask <> 0;
END;

CREATE TABLE models (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    provider_id BLOB NOT NULL DEFAULT x'',
    model TEXT NOT NULL DEFAULT '',                 -- what the provider calls it
    name TEXT NOT NULL DEFAULT '',
    capabilities TEXT NOT NULL DEFAULT '[]',        -- a JSON list
    max_context_length INTEGER,
    prices TEXT NOT NULL DEFAULT '[]',              -- a JSON list: one thing, as an old price and a new tier are none
    default_temperature TEXT NOT NULL DEFAULT '',   -- a JSON number; '' where nobody has said
    default_max_tokens INTEGER,
    is_active INTEGER NOT NULL DEFAULT 1,
    is_deprecated INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX models_of_provider ON models (provider_id);

CREATE TRIGGER capture_models_delete AFTER DELETE ON models BEGIN
    INSERT OR REPLACE INTO deleted_models (id, provider_id, model, name, capabilities, max_context_length, prices, default_temperature, default_max_tokens, is_active, is_deprecated, created_at) VALUES (OLD.id, OLD.provider_id, OLD.model, OLD.name, OLD.capabilities, OLD.max_context_length, OLD.prices, OLD.default_temperature, OLD.default_max_tokens, OLD.is_active, OLD.is_deprecated, OLD.created_at);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (23, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_models_insert AFTER INSERT ON models BEGIN
    INSERT INTO change_log (tbl, id, mask, op) VALUES (23, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_models_update AFTER UPDATE ON models BEGIN
    SELECT RAISE(ABORT, 'id and created_at of models can not be changed') WHERE OLD.id IS NOT NEW.id OR OLD.created_at IS NOT NEW.created_at;
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 23, NEW.id, mask, 2 FROM (SELECT ((OLD.provider_id IS NOT NEW.provider_id)) | ((OLD.model IS NOT NEW.model) << 1) | ((OLD.name IS NOT NEW.name) << 2) | ((OLD.capabilities IS NOT NEW.capabilities) << 3) | ((OLD.max_context_length IS NOT NEW.max_context_length) << 4) | ((OLD.prices IS NOT NEW.prices) << 5) | ((OLD.default_temperature IS NOT NEW.default_temperature) << 6) | ((OLD.default_max_tokens IS NOT NEW.default_max_tokens) << 7) | ((OLD.is_active IS NOT NEW.is_active) << 8) | ((OLD.is_deprecated IS NOT NEW.is_deprecated) << 9) | ((OLD.created_at IS NOT NEW.created_at) << 10) AS mask) WHERE mask <> 0;
END;

CREATE TABLE nodes (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    name TEXT NOT NULL DEFAULT '',
    user_id BLOB,
    public_key BLOB
) STRICT;

CREATE TRIGGER capture_nodes_delete AFTER DELETE ON nodes BEGIN
    INSERT OR REPLACE INTO deleted_nodes (id, name, user_id, public_key) VALUES (OLD.id, OLD.name, OLD.user_id, OLD.public_key);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (3, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_nodes_insert AFTER INSERT ON nodes BEGIN
    INSERT INTO change_log (tbl, id, mask, op) VALUES (3, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_nodes_update AFTER UPDATE ON nodes BEGIN
    SELECT RAISE(ABORT, 'id of nodes can not be changed') WHERE OLD.id IS NOT NEW.id;
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 3, NEW.id, mask, 2 FROM (SELECT ((OLD.name IS NOT NEW.name)) | ((OLD.user_id IS NOT NEW.user_id) << 1) | ((OLD.public_key IS NOT NEW.public_key) << 2) AS mask) WHERE mask <> 0;
END;

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

CREATE TABLE peers (
    replica_id BLOB PRIMARY KEY NOT NULL,
    node_name TEXT NOT NULL,
    seq INTEGER NOT NULL,
    nonce BLOB NOT NULL,
    seen_at INTEGER NOT NULL,                       -- 0 for a former id of this replica
    position INTEGER NOT NULL DEFAULT 0             -- applied there by a pull before its last push
) STRICT;

CREATE TABLE policies (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    name TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL DEFAULT '',                  -- toxicity | pii | cost | latency | custom
    rules TEXT NOT NULL DEFAULT '{}',               -- JSON
    threshold TEXT NOT NULL DEFAULT '',             -- a JSON number; '' where nobody has said
    severity TEXT NOT NULL DEFAULT 'medium',        -- low | medium | high | critical
    action TEXT NOT NULL DEFAULT 'log',             -- log | warn | block | alert
    is_active INTEGER NOT NULL DEFAULT 1,
    is_enforced INTEGER NOT NULL DEFAULT 1,         -- 0: only written down, whatever the action
    project_id BLOB,                                -- NULL for the whole workspace
    created_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TRIGGER capture_policies_delete AFTER DELETE ON policies BEGIN
    INSERT OR REPLACE INTO deleted_policies (id, name, description, kind, rules, threshold, severity, action, is_active, is_enforced, project_id, created_at) VALUES (OLD.id, OLD.name, OLD.description, OLD.kind, OLD.rules, OLD.threshold, OLD.severity, OLD.action, OLD.is_active, OLD.is_enforced, OLD.project_id, OLD.created_at);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (25, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_policies_insert AFTER INSERT ON policies BEGIN
    INSERT INTO change_log (tbl, id, mask, op) VALUES (25, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_policies_update AFTER UPDATE ON policies BEGIN
    SELECT RAISE(ABORT, 'id and created_at of policies can not be changed') WHERE OLD.id IS NOT NEW.id OR OLD.created_at IS NOT NEW.created_at;
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 25, NEW.id, mask, 2 FROM (SELECT ((OLD.name IS NOT NEW.name)) | ((OLD.description IS NOT NEW.description) << 1) | ((OLD.kind IS NOT NEW.kind) << 2) | ((OLD.rules IS NOT NEW.rules) << 3) | ((OLD.threshold IS NOT NEW.threshold) << 4) | ((OLD.severity IS NOT NEW.severity) << 5) | ((OLD.action IS NOT NEW.action) << 6) | ((OLD.is_active IS NOT NEW.is_active) << 7) | ((OLD.is_enforced IS NOT NEW.is_enforced) << 8) | ((OLD.project_id IS NOT NEW.project_id) << 9) | ((OLD.created_at IS NOT NEW.created_at) << 10) AS mask) WHERE mask <> 0;
END;

CREATE TABLE preferences (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    owner_id BLOB NOT NULL DEFAULT x'',
    key TEXT NOT NULL DEFAULT '',
    value TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX preferences_of_owner ON preferences (owner_id);

CREATE TRIGGER capture_preferences_delete AFTER DELETE ON preferences BEGIN
    INSERT OR REPLACE INTO deleted_preferences (id, owner_id, key, value) VALUES (OLD.id, OLD.owner_id, OLD.key, OLD.value);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (16, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_preferences_insert AFTER INSERT ON preferences BEGIN
    INSERT INTO change_log (tbl, id, mask, op) VALUES (16, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_preferences_update AFTER UPDATE ON preferences BEGIN
    SELECT RAISE(ABORT, 'id of preferences can not be changed') WHERE OLD.id IS NOT NEW.id;
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 16, NEW.id, mask, 2 FROM (SELECT ((OLD.owner_id IS NOT NEW.owner_id)) | ((OLD.key IS NOT NEW.key) << 1) | ((OLD.value IS NOT NEW.value) << 2) AS mask) WHERE mask <> 0;
END;

CREATE TABLE projects (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    name TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL DEFAULT 'active',
    created_at INTEGER NOT NULL DEFAULT 0,
    created_by BLOB
) STRICT;

CREATE TRIGGER capture_projects_delete AFTER DELETE ON projects BEGIN
    INSERT OR REPLACE INTO deleted_projects (id, name, description, status, created_at, created_by) VALUES (OLD.id, OLD.name, OLD.description, OLD.status, OLD.created_at, OLD.created_by);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (4, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_projects_insert AFTER INSERT ON projects BEGIN
    INSERT INTO change_log (tbl, id, mask, op) VALUES (4, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_projects_update AFTER UPDATE ON projects BEGIN
    SELECT RAISE(ABORT, 'id and created_at and created_by of projects can not be changed') WHERE OLD.id IS NOT NEW.id OR OLD.created_at IS NOT NEW.created_at OR OLD.created_by IS NOT NEW.created_by;
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 4, NEW.id, mask, 2 FROM (SELECT ((OLD.name IS NOT NEW.name)) | ((OLD.description IS NOT NEW.description) << 1) | ((OLD.status IS NOT NEW.status) << 2) | ((OLD.created_at IS NOT NEW.created_at) << 3) | ((OLD.created_by IS NOT NEW.created_by) << 4) AS mask) WHERE mask <> 0;
END;

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

CREATE TRIGGER capture_prompts_delete AFTER DELETE ON prompts BEGIN
    INSERT OR REPLACE INTO deleted_prompts (id, name, description, category, status, visibility, is_template, template_format, project_id, archived_at, created_at, created_by) VALUES (OLD.id, OLD.name, OLD.description, OLD.category, OLD.status, OLD.visibility, OLD.is_template, OLD.template_format, OLD.project_id, OLD.archived_at, OLD.created_at, OLD.created_by);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (5, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_prompts_insert AFTER INSERT ON prompts BEGIN
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE EXISTS (SELECT 1 FROM purged WHERE id = NEW.id);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (5, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_prompts_update AFTER UPDATE ON prompts BEGIN
    SELECT RAISE(ABORT, 'id and created_at and created_by of prompts can not be changed') WHERE OLD.id IS NOT NEW.id OR OLD.created_at IS NOT NEW.created_at OR OLD.created_by IS NOT NEW.created_by;
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 5, NEW.id, mask, 2 FROM (SELECT ((OLD.name IS NOT NEW.name)) | ((OLD.description IS NOT NEW.description) << 1) | ((OLD.category IS NOT NEW.category) << 2) | ((OLD.status IS NOT NEW.status) << 3) | ((OLD.visibility IS NOT NEW.visibility) << 4) | ((OLD.is_template IS NOT NEW.is_template) << 5) | ((OLD.template_format IS NOT NEW.template_format) << 6) | ((OLD.project_id IS NOT NEW.project_id) << 7) | ((OLD.archived_at IS NOT NEW.archived_at) << 8) | ((OLD.created_at IS NOT NEW.created_at) << 9) | ((OLD.created_by IS NOT NEW.created_by) << 10) AS mask) WHERE mask <> 0;
END;

CREATE TABLE providers (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    name TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL DEFAULT '',                  -- openai | anthropic | google | cohere | huggingface | custom
    base_url TEXT NOT NULL DEFAULT '',
    config TEXT NOT NULL DEFAULT '{}',              -- JSON
    is_active INTEGER NOT NULL DEFAULT 1,
    is_default INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TRIGGER capture_providers_delete AFTER DELETE ON providers BEGIN
    INSERT OR REPLACE INTO deleted_providers (id, name, kind, base_url, config, is_active, is_default, created_at) VALUES (OLD.id, OLD.name, OLD.kind, OLD.base_url, OLD.config, OLD.is_active, OLD.is_default, OLD.created_at);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (22, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_providers_insert AFTER INSERT ON providers BEGIN
    INSERT INTO change_log (tbl, id, mask, op) VALUES (22, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_providers_update AFTER UPDATE ON providers BEGIN
    SELECT RAISE(ABORT, 'id and created_at of providers can not be changed') WHERE OLD.id IS NOT NEW.id OR OLD.created_at IS NOT NEW.created_at;
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 22, NEW.id, mask, 2 FROM (SELECT ((OLD.name IS NOT NEW.name)) | ((OLD.kind IS NOT NEW.kind) << 1) | ((OLD.base_url IS NOT NEW.base_url) << 2) | ((OLD.config IS NOT NEW.config) << 3) | ((OLD.is_active IS NOT NEW.is_active) << 4) | ((OLD.is_default IS NOT NEW.is_default) << 5) | ((OLD.created_at IS NOT NEW.created_at) << 6) AS mask) WHERE mask <> 0;
END;

CREATE TABLE purged (
    id BLOB PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE purges (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    prompt_id BLOB NOT NULL DEFAULT x'',
    reason TEXT NOT NULL DEFAULT '',
    user_id BLOB,
    node_id BLOB,
    purged_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TRIGGER capture_purges_delete BEFORE DELETE ON purges BEGIN SELECT RAISE(ABORT, 'rows of purges can not be changed or deleted'); END;

CREATE TRIGGER capture_purges_guard BEFORE INSERT ON purges BEGIN
    SELECT RAISE(ABORT, 'rows of purges can not be changed or deleted') WHERE EXISTS (SELECT 1 FROM purges WHERE id = NEW.id);
END;

CREATE TRIGGER capture_purges_insert AFTER INSERT ON purges BEGIN
    INSERT INTO change_log (tbl, id, mask, op) VALUES (17, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_purges_update BEFORE UPDATE ON purges BEGIN SELECT RAISE(ABORT, 'rows of purges can not be changed or deleted'); END;

CREATE TABLE refused (
    tbl INTEGER NOT NULL,
    id BLOB NOT NULL,
    replica_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    after_seq INTEGER NOT NULL,                     -- up to here they had been taken, or collected
    PRIMARY KEY (tbl, id, replica_id, seq)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE replicas (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE rootless (
    root_tbl INTEGER NOT NULL,
    root_id BLOB NOT NULL,
    tbl INTEGER NOT NULL,
    id BLOB NOT NULL,
    PRIMARY KEY (root_tbl, root_id, tbl, id)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE seals (
    seq INTEGER PRIMARY KEY,
    hlc INTEGER NOT NULL,
    nonce BLOB NOT NULL,
    last_change INTEGER,                            -- its last entry in change_log; NULL once folded
    imported INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE search_documents (
    n INTEGER PRIMARY KEY,
    prompt_id BLOB NOT NULL UNIQUE
) STRICT;

CREATE VIRTUAL TABLE search_index USING fts5 (
    name, description, tags, body,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co So'", prefix = '2 3'
);

CREATE TABLE 'search_index_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'search_index_content'(id INTEGER PRIMARY KEY, c0, c1, c2, c3);

CREATE TABLE 'search_index_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'search_index_docsize'(id INTEGER PRIMARY KEY, sz BLOB);

CREATE TABLE 'search_index_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE search_state (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    position INTEGER NOT NULL
) STRICT;

CREATE TABLE server_clock (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    wall INTEGER NOT NULL,                          -- Unix milliseconds
    boot TEXT NOT NULL,                             -- '' where the machine does not tell
    uptime INTEGER NOT NULL                         -- milliseconds
) STRICT;

CREATE TABLE shared_answers (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    prompt_id BLOB NOT NULL DEFAULT x'',            -- empty where it came from no prompt of the library
    model TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT '',                -- JSON
    made_at INTEGER NOT NULL DEFAULT 0,
    lives_until INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX shared_answers_by_time ON shared_answers (lives_until);

CREATE INDEX shared_answers_of_prompt ON shared_answers (prompt_id);

CREATE TRIGGER capture_shared_answers_delete AFTER DELETE ON shared_answers BEGIN
    INSERT OR REPLACE INTO deleted_shared_answers (id, prompt_id, model, answer, made_at, lives_until) VALUES (OLD.id, OLD.prompt_id, OLD.model, OLD.answer, OLD.made_at, OLD.lives_until);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (24, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_shared_answers_insert AFTER INSERT ON shared_answers BEGIN
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE EXISTS (SELECT 1 FROM purged WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM purged WHERE id = NEW.prompt_id);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (24, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_shared_answers_update AFTER UPDATE ON shared_answers BEGIN
    SELECT RAISE(ABORT, 'id and prompt_id of shared_answers can not be changed') WHERE OLD.id IS NOT NEW.id OR OLD.prompt_id IS NOT NEW.prompt_id;
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE OLD.prompt_id IS NOT NEW.prompt_id AND EXISTS (SELECT 1 FROM purged WHERE id = NEW.prompt_id);
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 24, NEW.id, mask, 2 FROM (SELECT ((OLD.prompt_id IS NOT NEW.prompt_id)) | ((OLD.model IS NOT NEW.model) << 1) | ((OLD.answer IS NOT NEW.answer) << 2) | ((OLD.made_at IS NOT NEW.made_at) << 3) | ((OLD.lives_until IS NOT NEW.lives_until) << 4) AS mask) WHERE mask <> 0;
END;

CREATE TABLE staged_pages (
    n INTEGER PRIMARY KEY,
    epoch BLOB NOT NULL,
    next_position INTEGER NOT NULL,
    page BLOB NOT NULL,
    collected BLOB NOT NULL DEFAULT x'',            -- the rows that were collected meanwhile
    departed BLOB NOT NULL DEFAULT x'',             -- those that left what the user may read
    staged_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE staged_parts (
    replica_id BLOB NOT NULL,
    push_id BLOB NOT NULL,
    part INTEGER NOT NULL,
    page BLOB NOT NULL,
    PRIMARY KEY (replica_id, push_id, part)
) STRICT;

CREATE TABLE style_versions (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    style_id BLOB NOT NULL DEFAULT x'',
    parent_id BLOB,                                 -- NULL for the first, and for one of a built-in style
    generation INTEGER NOT NULL DEFAULT 0,          -- 1 + the parent's: the n of "v2"
    description TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL DEFAULT '',
    author_id BLOB,
    node_id BLOB,
    created_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX versions_of_style ON style_versions (style_id);

CREATE TRIGGER capture_style_versions_delete BEFORE DELETE ON style_versions BEGIN SELECT RAISE(ABORT, 'rows of style_versions can not be changed or deleted'); END;

CREATE TRIGGER capture_style_versions_guard BEFORE INSERT ON style_versions BEGIN
    SELECT RAISE(ABORT, 'rows of style_versions can not be changed or deleted') WHERE EXISTS (SELECT 1 FROM style_versions WHERE id = NEW.id);
END;

CREATE TRIGGER capture_style_versions_insert AFTER INSERT ON style_versions BEGIN
    INSERT INTO change_log (tbl, id, mask, op) VALUES (21, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_style_versions_update BEFORE UPDATE ON style_versions BEGIN SELECT RAISE(ABORT, 'rows of style_versions can not be changed or deleted'); END;

CREATE TABLE styles (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    name TEXT NOT NULL DEFAULT '',
    version_id BLOB NOT NULL DEFAULT x''
) STRICT;

CREATE TRIGGER capture_styles_delete AFTER DELETE ON styles BEGIN
    INSERT OR REPLACE INTO deleted_styles (id, name, version_id) VALUES (OLD.id, OLD.name, OLD.version_id);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (20, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_styles_insert AFTER INSERT ON styles BEGIN
    INSERT INTO change_log (tbl, id, mask, op) VALUES (20, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_styles_update AFTER UPDATE ON styles BEGIN
    SELECT RAISE(ABORT, 'id and name of styles can not be changed') WHERE OLD.id IS NOT NEW.id OR OLD.name IS NOT NEW.name;
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 20, NEW.id, mask, 2 FROM (SELECT ((OLD.name IS NOT NEW.name)) | ((OLD.version_id IS NOT NEW.version_id) << 1) AS mask) WHERE mask <> 0;
END;

CREATE TABLE tags (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    prompt_id BLOB NOT NULL DEFAULT x'',
    tag TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX tags_of_prompt ON tags (prompt_id);

CREATE TRIGGER capture_tags_delete AFTER DELETE ON tags BEGIN
    INSERT OR REPLACE INTO deleted_tags (id, prompt_id, tag) VALUES (OLD.id, OLD.prompt_id, OLD.tag);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (8, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_tags_insert AFTER INSERT ON tags BEGIN
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE EXISTS (SELECT 1 FROM purged WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM purged WHERE id = NEW.prompt_id);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (8, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_tags_update AFTER UPDATE ON tags BEGIN
    SELECT RAISE(ABORT, 'id of tags can not be changed') WHERE OLD.id IS NOT NEW.id;
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE OLD.prompt_id IS NOT NEW.prompt_id AND EXISTS (SELECT 1 FROM purged WHERE id = NEW.prompt_id);
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 8, NEW.id, mask, 2 FROM (SELECT ((OLD.prompt_id IS NOT NEW.prompt_id)) | ((OLD.tag IS NOT NEW.tag) << 1) AS mask) WHERE mask <> 0;
END;

CREATE TABLE test_runs (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    prompt_id BLOB NOT NULL DEFAULT x'',
    version_id BLOB,
    user_id BLOB,
    node_id BLOB,
    created_at INTEGER NOT NULL DEFAULT 0,
    input TEXT NOT NULL DEFAULT '{}',               -- JSON
    output TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT '',
    provider TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL DEFAULT '',
    input_tokens INTEGER,
    cached_tokens INTEGER,
    output_tokens INTEGER,
    cost INTEGER,                                   -- nano-dollars; NULL where the price is not known
    latency INTEGER,                                -- milliseconds
    rating INTEGER,                                 -- 1 to 5
    feedback TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX test_runs_of_prompt ON test_runs (prompt_id, created_at);

CREATE TRIGGER capture_test_runs_delete AFTER DELETE ON test_runs BEGIN
    INSERT OR REPLACE INTO deleted_test_runs (id, prompt_id, version_id, user_id, node_id, created_at, input, output, error, provider, model, input_tokens, cached_tokens, output_tokens, cost, latency, rating, feedback) VALUES (OLD.id, OLD.prompt_id, OLD.version_id, OLD.user_id, OLD.node_id, OLD.created_at, OLD.input, OLD.output, OLD.error, OLD.provider, OLD.model, OLD.input_tokens, OLD.cached_tokens, OLD.output_tokens, OLD.cost, OLD.latency, OLD.rating, OLD.feedback);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (19, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_test_runs_insert AFTER INSERT ON test_runs BEGIN
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE EXISTS (SELECT 1 FROM purged WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM purged WHERE id = NEW.prompt_id);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (19, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_test_runs_update AFTER UPDATE ON test_runs BEGIN
    SELECT RAISE(ABORT, 'id and prompt_id and version_id and user_id and node_id and created_at and input and output and error and provider and model and input_tokens and cached_tokens and output_tokens and cost and latency of test_runs can not be changed') WHERE OLD.id IS NOT NEW.id OR OLD.prompt_id IS NOT NEW.prompt_id OR OLD.version_id IS NOT NEW.version_id OR OLD.user_id IS NOT NEW.user_id OR OLD.node_id IS NOT NEW.node_id OR OLD.created_at IS NOT NEW.created_at OR OLD.input IS NOT NEW.input OR OLD.output IS NOT NEW.output OR OLD.error IS NOT NEW.error OR OLD.provider IS NOT NEW.provider OR OLD.model IS NOT NEW.model OR OLD.input_tokens IS NOT NEW.input_tokens OR OLD.cached_tokens IS NOT NEW.cached_tokens OR OLD.output_tokens IS NOT NEW.output_tokens OR OLD.cost IS NOT NEW.cost OR OLD.latency IS NOT NEW.latency;
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE OLD.prompt_id IS NOT NEW.prompt_id AND EXISTS (SELECT 1 FROM purged WHERE id = NEW.prompt_id);
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 19, NEW.id, mask, 2 FROM (SELECT ((OLD.prompt_id IS NOT NEW.prompt_id)) | ((OLD.version_id IS NOT NEW.version_id) << 1) | ((OLD.user_id IS NOT NEW.user_id) << 2) | ((OLD.node_id IS NOT NEW.node_id) << 3) | ((OLD.created_at IS NOT NEW.created_at) << 4) | ((OLD.input IS NOT NEW.input) << 5) | ((OLD.output IS NOT NEW.output) << 6) | ((OLD.error IS NOT NEW.error) << 7) | ((OLD.provider IS NOT NEW.provider) << 8) | ((OLD.model IS NOT NEW.model) << 9) | ((OLD.input_tokens IS NOT NEW.input_tokens) << 10) | ((OLD.cached_tokens IS NOT NEW.cached_tokens) << 11) | ((OLD.output_tokens IS NOT NEW.output_tokens) << 12) | ((OLD.cost IS NOT NEW.cost) << 13) | ((OLD.latency IS NOT NEW.latency) << 14) | ((OLD.rating IS NOT NEW.rating) << 15) | ((OLD.feedback IS NOT NEW.feedback) << 16) AS mask) WHERE mask <> 0;
END;

CREATE TABLE tips (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    prompt_id BLOB NOT NULL DEFAULT x'',
    branch TEXT NOT NULL DEFAULT 'main',
    version_id BLOB NOT NULL DEFAULT x''
) STRICT;

CREATE INDEX tips_of_prompt ON tips (prompt_id);

CREATE TRIGGER capture_tips_delete AFTER DELETE ON tips BEGIN
    INSERT OR REPLACE INTO deleted_tips (id, prompt_id, branch, version_id) VALUES (OLD.id, OLD.prompt_id, OLD.branch, OLD.version_id);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (7, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_tips_insert AFTER INSERT ON tips BEGIN
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE EXISTS (SELECT 1 FROM purged WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM purged WHERE id = NEW.prompt_id);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (7, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_tips_update AFTER UPDATE ON tips BEGIN
    SELECT RAISE(ABORT, 'id of tips can not be changed') WHERE OLD.id IS NOT NEW.id;
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE OLD.prompt_id IS NOT NEW.prompt_id AND EXISTS (SELECT 1 FROM purged WHERE id = NEW.prompt_id);
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 7, NEW.id, mask, 2 FROM (SELECT ((OLD.prompt_id IS NOT NEW.prompt_id)) | ((OLD.branch IS NOT NEW.branch) << 1) | ((OLD.version_id IS NOT NEW.version_id) << 2) AS mask) WHERE mask <> 0;
END;

CREATE TABLE usage_events (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    prompt_id BLOB NOT NULL DEFAULT x'',
    version_id BLOB,
    user_id BLOB,
    node_id BLOB,
    kind TEXT NOT NULL DEFAULT '',
    occurred_at INTEGER NOT NULL DEFAULT 0
, provider TEXT NOT NULL DEFAULT '', model TEXT NOT NULL DEFAULT '', input_tokens INTEGER, cached_tokens INTEGER, output_tokens INTEGER, cost INTEGER, latency INTEGER, outcome TEXT NOT NULL DEFAULT '', route TEXT NOT NULL DEFAULT '') STRICT;

CREATE INDEX usage_of_prompt ON usage_events (prompt_id);

CREATE INDEX usage_of_version ON usage_events (version_id, outcome, latency, cost) WHERE version_id IS NOT NULL;

CREATE TRIGGER capture_usage_events_delete BEFORE DELETE ON usage_events BEGIN SELECT RAISE(ABORT, 'rows of usage_events can not be changed or deleted'); END;

CREATE TRIGGER capture_usage_events_guard BEFORE INSERT ON usage_events BEGIN
    SELECT RAISE(ABORT, 'rows of usage_events can not be changed or deleted') WHERE EXISTS (SELECT 1 FROM usage_events WHERE id = NEW.id);
END;

CREATE TRIGGER capture_usage_events_insert AFTER INSERT ON usage_events BEGIN
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE EXISTS (SELECT 1 FROM purged WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM purged WHERE id = NEW.prompt_id);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (13, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_usage_events_update BEFORE UPDATE ON usage_events BEGIN SELECT RAISE(ABORT, 'rows of usage_events can not be changed or deleted'); END;

CREATE TABLE users (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    name TEXT NOT NULL DEFAULT '',
    email TEXT,
    created_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TRIGGER capture_users_delete AFTER DELETE ON users BEGIN
    INSERT OR REPLACE INTO deleted_users (id, name, email, created_at) VALUES (OLD.id, OLD.name, OLD.email, OLD.created_at);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (2, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_users_insert AFTER INSERT ON users BEGIN
    INSERT INTO change_log (tbl, id, mask, op) VALUES (2, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_users_update AFTER UPDATE ON users BEGIN
    SELECT RAISE(ABORT, 'id and created_at of users can not be changed') WHERE OLD.id IS NOT NEW.id OR OLD.created_at IS NOT NEW.created_at;
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 2, NEW.id, mask, 2 FROM (SELECT ((OLD.name IS NOT NEW.name)) | ((OLD.email IS NOT NEW.email) << 1) | ((OLD.created_at IS NOT NEW.created_at) << 2) AS mask) WHERE mask <> 0;
END;

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

CREATE TRIGGER capture_versions_delete BEFORE DELETE ON versions BEGIN SELECT RAISE(ABORT, 'rows of versions can not be changed or deleted'); END;

CREATE TRIGGER capture_versions_guard BEFORE INSERT ON versions BEGIN
    SELECT RAISE(ABORT, 'rows of versions can not be changed or deleted') WHERE EXISTS (SELECT 1 FROM versions WHERE id = NEW.id);
END;

CREATE TRIGGER capture_versions_insert AFTER INSERT ON versions BEGIN
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE EXISTS (SELECT 1 FROM purged WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM purged WHERE id = NEW.prompt_id);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (6, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_versions_update BEFORE UPDATE ON versions BEGIN SELECT RAISE(ABORT, 'rows of versions can not be changed or deleted'); END;

CREATE TABLE violations (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    policy_id BLOB NOT NULL DEFAULT x'',
    prompt_id BLOB NOT NULL DEFAULT x'',            -- empty where the call came from no prompt of the library
    version_id BLOB,
    user_id BLOB NOT NULL DEFAULT x'',              -- who called
    node_id BLOB,                                   -- where it was found
    occurred_at INTEGER NOT NULL DEFAULT 0,
    request TEXT NOT NULL DEFAULT '',               -- as the caller or the log of messages names it
    side TEXT NOT NULL DEFAULT '',                  -- input | output; '' for what was measured
    kind TEXT NOT NULL DEFAULT '',                  -- such as email, threat, cost
    severity TEXT NOT NULL DEFAULT 'medium',        -- as the policy had it
    action TEXT NOT NULL DEFAULT 'log',             -- what was done
    found TEXT NOT NULL DEFAULT '',                 -- masked
    findings INTEGER NOT NULL DEFAULT 1,
    confidence TEXT NOT NULL DEFAULT '',            -- a JSON number of 0 to 1
    measured TEXT NOT NULL DEFAULT '',              -- a JSON number: dollars, milliseconds or characters
    threshold TEXT NOT NULL DEFAULT '',             -- a JSON number
    status TEXT NOT NULL DEFAULT 'open',            -- open | acknowledged | resolved | false_positive
    notes TEXT NOT NULL DEFAULT '',
    resolved_at INTEGER,
    resolved_by BLOB
) STRICT;

CREATE INDEX violations_by_status ON violations (status, occurred_at);

CREATE INDEX violations_of_policy ON violations (policy_id, occurred_at);

CREATE INDEX violations_of_prompt ON violations (prompt_id);

CREATE TRIGGER capture_violations_delete AFTER DELETE ON violations BEGIN
    INSERT OR REPLACE INTO deleted_violations (id, policy_id, prompt_id, version_id, user_id, node_id, occurred_at, request, side, kind, severity, action, found, findings, confidence, measured, threshold, status, notes, resolved_at, resolved_by) VALUES (OLD.id, OLD.policy_id, OLD.prompt_id, OLD.version_id, OLD.user_id, OLD.node_id, OLD.occurred_at, OLD.request, OLD.side, OLD.kind, OLD.severity, OLD.action, OLD.found, OLD.findings, OLD.confidence, OLD.measured, OLD.threshold, OLD.status, OLD.notes, OLD.resolved_at, OLD.resolved_by);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (26, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_violations_insert AFTER INSERT ON violations BEGIN
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE EXISTS (SELECT 1 FROM purged WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM purged WHERE id = NEW.prompt_id);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (26, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_violations_update AFTER UPDATE ON violations BEGIN
    SELECT RAISE(ABORT, 'id and policy_id and prompt_id and version_id and user_id and node_id and occurred_at and request and side and kind and severity and action and found and findings and confidence and measured and threshold of violations can not be changed') WHERE OLD.id IS NOT NEW.id OR OLD.policy_id IS NOT NEW.policy_id OR OLD.prompt_id IS NOT NEW.prompt_id OR OLD.version_id IS NOT NEW.version_id OR OLD.user_id IS NOT NEW.user_id OR OLD.node_id IS NOT NEW.node_id OR OLD.occurred_at IS NOT NEW.occurred_at OR OLD.request IS NOT NEW.request OR OLD.side IS NOT NEW.side OR OLD.kind IS NOT NEW.kind OR OLD.severity IS NOT NEW.severity OR OLD.action IS NOT NEW.action OR OLD.found IS NOT NEW.found OR OLD.findings IS NOT NEW.findings OR OLD.confidence IS NOT NEW.confidence OR OLD.measured IS NOT NEW.measured OR OLD.threshold IS NOT NEW.threshold;
    SELECT RAISE(ABORT, 'this prompt was purged') WHERE OLD.prompt_id IS NOT NEW.prompt_id AND EXISTS (SELECT 1 FROM purged WHERE id = NEW.prompt_id);
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 26, NEW.id, mask, 2 FROM (SELECT ((OLD.policy_id IS NOT NEW.policy_id)) | ((OLD.prompt_id IS NOT NEW.prompt_id) << 1) | ((OLD.version_id IS NOT NEW.version_id) << 2) | ((OLD.user_id IS NOT NEW.user_id) << 3) | ((OLD.node_id IS NOT NEW.node_id) << 4) | ((OLD.occurred_at IS NOT NEW.occurred_at) << 5) | ((OLD.request IS NOT NEW.request) << 6) | ((OLD.side IS NOT NEW.side) << 7) | ((OLD.kind IS NOT NEW.kind) << 8) | ((OLD.severity IS NOT NEW.severity) << 9) | ((OLD.action IS NOT NEW.action) << 10) | ((OLD.found IS NOT NEW.found) << 11) | ((OLD.findings IS NOT NEW.findings) << 12) | ((OLD.confidence IS NOT NEW.confidence) << 13) | ((OLD.measured IS NOT NEW.measured) << 14) | ((OLD.threshold IS NOT NEW.threshold) << 15) | ((OLD.status IS NOT NEW.status) << 16) | ((OLD.notes IS NOT NEW.notes) << 17) | ((OLD.resolved_at IS NOT NEW.resolved_at) << 18) | ((OLD.resolved_by IS NOT NEW.resolved_by) << 19) AS mask) WHERE mask <> 0;
END;

CREATE TABLE workspaces (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    name TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL DEFAULT 0
, default_model TEXT NOT NULL DEFAULT '', default_temperature TEXT NOT NULL DEFAULT '', max_tokens INTEGER, allowed_models TEXT NOT NULL DEFAULT '', cost_limit INTEGER, token_limit INTEGER, shares_answers INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TRIGGER capture_workspaces_delete AFTER DELETE ON workspaces BEGIN
    INSERT OR REPLACE INTO deleted_workspaces (id, name, created_at, default_model, default_temperature, max_tokens, allowed_models, cost_limit, token_limit, shares_answers) VALUES (OLD.id, OLD.name, OLD.created_at, OLD.default_model, OLD.default_temperature, OLD.max_tokens, OLD.allowed_models, OLD.cost_limit, OLD.token_limit, OLD.shares_answers);
    INSERT INTO change_log (tbl, id, mask, op) VALUES (1, OLD.id, 0, 3);
END;

CREATE TRIGGER capture_workspaces_insert AFTER INSERT ON workspaces BEGIN
    INSERT INTO change_log (tbl, id, mask, op) VALUES (1, NEW.id, -1, 1);
END;

CREATE TRIGGER capture_workspaces_update AFTER UPDATE ON workspaces BEGIN
    SELECT RAISE(ABORT, 'id and created_at of workspaces can not be changed') WHERE OLD.id IS NOT NEW.id OR OLD.created_at IS NOT NEW.created_at;
    INSERT INTO change_log (tbl, id, mask, op)
    SELECT 1, NEW.id, mask, 2 FROM (SELECT ((OLD.name IS NOT NEW.name)) | ((OLD.created_at IS NOT NEW.created_at) << 1) | ((OLD.default_model IS NOT NEW.default_model) << 2) | ((OLD.default_temperature IS NOT NEW.default_temperature) << 3) | ((OLD.max_tokens IS NOT NEW.max_tokens) << 4) | ((OLD.allowed_models IS NOT NEW.allowed_models) << 5) | ((OLD.cost_limit IS NOT NEW.cost_limit) << 6) | ((OLD.token_limit IS NOT NEW.token_limit) << 7) | ((OLD.shares_answers IS NOT NEW.shares_answers) << 8) AS mask) WHERE mask <> 0;
END;

