-- What a workspace lets go to a model and come from it, and what went against that.

-- Held by everybody who may run anything, so that it holds offline too.
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

-- What a policy found in one side of a call. No row holds what was found, but a mask of it.
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
CREATE INDEX violations_of_policy ON violations (policy_id, occurred_at);
CREATE INDEX violations_of_prompt ON violations (prompt_id);
CREATE INDEX violations_by_status ON violations (status, occurred_at);
