-- What lies under completions: what a use cost, jobs, test runs, styles, providers, models, and answers that
-- a workspace shares. All of it are synced tables and columns (see m0001_library).

-- What a workspace lets its members run.
ALTER TABLE workspaces ADD COLUMN default_model TEXT NOT NULL DEFAULT '';
ALTER TABLE workspaces ADD COLUMN default_temperature TEXT NOT NULL DEFAULT '';   -- a JSON number; '' where nobody has said
ALTER TABLE workspaces ADD COLUMN max_tokens INTEGER;
ALTER TABLE workspaces ADD COLUMN allowed_models TEXT NOT NULL DEFAULT '';        -- a JSON list; '' for any
ALTER TABLE workspaces ADD COLUMN cost_limit INTEGER;                             -- nano-dollars a month, UTC
ALTER TABLE workspaces ADD COLUMN token_limit INTEGER;                            -- a month, UTC
-- 1: answers of the cache travel to the nodes.
ALTER TABLE workspaces ADD COLUMN shares_answers INTEGER NOT NULL DEFAULT 0;

-- A usage event's `kind` is render, completion, test or copy, and its `prompt_id` is empty for a completion of no
-- prompt of the library. What was not measured is NULL.
ALTER TABLE usage_events ADD COLUMN provider TEXT NOT NULL DEFAULT '';
ALTER TABLE usage_events ADD COLUMN model TEXT NOT NULL DEFAULT '';
ALTER TABLE usage_events ADD COLUMN input_tokens INTEGER;                         -- those that were cached are among them
ALTER TABLE usage_events ADD COLUMN cached_tokens INTEGER;
ALTER TABLE usage_events ADD COLUMN output_tokens INTEGER;
ALTER TABLE usage_events ADD COLUMN cost INTEGER;                                 -- nano-dollars; NULL where the price is not known
ALTER TABLE usage_events ADD COLUMN latency INTEGER;                              -- milliseconds
-- ok | error | cancelled; '' where nothing could go wrong
ALTER TABLE usage_events ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
-- cache | local | server | direct | queue
ALTER TABLE usage_events ADD COLUMN route TEXT NOT NULL DEFAULT '';
-- All that a version's measured values are made of.
CREATE INDEX usage_of_version ON usage_events (version_id, outcome, latency, cost) WHERE version_id IS NOT NULL;

-- A completion that waits for whoever runs it. Its state is made of what its user wants (round,
-- cancelled_round) and what its runner did (progress): each is written by one side alone.
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
-- A finished one begins with its answer. Runners look here at each commit: nothing of the rows is read for it.
CREATE INDEX jobs_open ON jobs (runner_id, created_at, id, round, cancelled_round, progress)
    WHERE substr(progress, 1, 10) <> '{"answer":';

-- A run of a prompt with some input, and what somebody thinks of it.
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

-- How a model is told to work. It points at one of its versions.
CREATE TABLE styles (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    name TEXT NOT NULL DEFAULT '',
    version_id BLOB NOT NULL DEFAULT x''
) STRICT;

-- Append-only.
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

-- Who runs models. No row holds a key.
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

-- What the cache of the server has, where the workspace shares it: the server deletes it when it has expired.
CREATE TABLE shared_answers (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
    prompt_id BLOB NOT NULL DEFAULT x'',            -- empty where it came from no prompt of the library
    model TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT '',                -- JSON
    made_at INTEGER NOT NULL DEFAULT 0,
    lives_until INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX shared_answers_of_prompt ON shared_answers (prompt_id);
CREATE INDEX shared_answers_by_time ON shared_answers (lives_until);
