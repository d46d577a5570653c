#pragma once

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/// Switches every trigger of one connection on or off, and returns SQLite's result code. Where that changes anything,
/// SQLite discards all prepared statements of the connection.
/// `sqlite3_db_config` is variadic, which Swift can't call.
int offbook_enable_triggers(sqlite3 *_Null_unspecified connection, int enabled);

/// The header of the index of a database's write-ahead log, in shared memory; NULL where it has none. It stays there
/// until the connection is closed. The connection has to have read something before.
const volatile void *_Nullable offbook_wal_index(sqlite3 *_Nonnull connection);

/// A number made of that header, which every commit changes, whichever process it is of.
///
/// Returns false where the header says nothing now: a commit was broken off in the middle of it, or it is of a kind
/// that is not known here. The layout is that of https://www.sqlite.org/walformat.html, section 2.1.
bool offbook_wal_mark(const volatile void *_Nonnull index, int64_t *_Nonnull mark);
