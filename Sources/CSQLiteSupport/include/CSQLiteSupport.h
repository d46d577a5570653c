#pragma once

#include <sqlite3.h>

/// Switches every trigger of one connection on or off, and returns SQLite's result code.
/// `sqlite3_db_config` is variadic, which Swift can't call.
int offbook_enable_triggers(sqlite3 *connection, int enabled);
